export const LATE = Symbol('late')

/** The result, or `LATE` where it takes longer or one of the signals aborts. */
export async function within<Result>(
  result: Promise<Result>,
  ms: number,
  ...signals: readonly (AbortSignal | undefined)[]
): Promise<Result | typeof LATE> {
  // Not `AbortSignal.any`: a signal that lives for long would gather one of those for each call.
  const heard = signals.filter((signal) => signal !== undefined)
  let end = () => {}
  const late = new Promise<typeof LATE>((resolve) => {
    end = () => resolve(LATE)
  })
  const timer = setTimeout(end, ms)
  for (const signal of heard) signal.addEventListener('abort', end, { once: true })
  if (heard.some(({ aborted }) => aborted)) end()
  try {
    return await Promise.race([result, late])
  } finally {
    clearTimeout(timer)
    for (const signal of heard) signal.removeEventListener('abort', end)
  }
}
