/** Returned instead of a result when the deadline passed. */
export const TIMED_OUT = Symbol('timed out')

/** The result, or `TIMED_OUT` if it takes longer than `ms` or if a signal aborts first. Rejects if the result does. */
export async function withDeadline<Result>(
  result: Promise<Result>,
  ms: number,
  ...signals: readonly (AbortSignal | undefined)[]
): Promise<Result | typeof TIMED_OUT> {
  // `AbortSignal.any` would leave a derived signal on a long-lived signal for each call.
  const given = signals.filter((signal) => signal !== undefined)
  let end = () => {}
  const timedOut = new Promise<typeof TIMED_OUT>((resolve) => {
    end = () => resolve(TIMED_OUT)
  })
  const timer = setTimeout(end, ms)
  for (const signal of given) signal.addEventListener('abort', end, { once: true })
  if (given.some(({ aborted }) => aborted)) end()
  try {
    return await Promise.race([result, timedOut])
  } finally {
    clearTimeout(timer)
    for (const signal of given) signal.removeEventListener('abort', end)
  }
}
