export const LATE = Symbol('late')

/** The result, or `LATE` where it takes longer or the signal aborts. */
export async function within<Result>(
  result: Promise<Result>,
  ms: number,
  signal?: AbortSignal,
): Promise<Result | typeof LATE> {
  let timer: NodeJS.Timeout | undefined
  let onAbort: (() => void) | undefined
  const late = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(resolve, ms, LATE)
    onAbort = () => resolve(LATE)
    if (signal?.aborted) onAbort()
    signal?.addEventListener('abort', onAbort, { once: true })
  })
  try {
    return await Promise.race([result, late])
  } finally {
    clearTimeout(timer)
    if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort)
  }
}
