/** The sign that there was no more time. */
export const LATE = Symbol('late')

/** How long somebody waits; whatever is awaited goes on without them. */
export interface Patience extends Disposable {
  readonly over: Promise<typeof LATE>
  /** So many milliseconds from now; without end before the first call. */
  until(ms: number): void
}

export function patience(): Patience {
  let end = (_late: typeof LATE) => {}
  const over = new Promise<typeof LATE>((resolve) => {
    end = resolve
  })
  let timer: NodeJS.Timeout | undefined
  return {
    over,
    until(ms) {
      clearTimeout(timer)
      timer = setTimeout(() => end(LATE), ms)
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  }
}

/** What it resolves to within so many milliseconds. */
export async function inTime<Value>(promise: Promise<Value>, ms: number): Promise<Value | typeof LATE> {
  if (ms <= 0) {
    // Nobody hears how it ends.
    promise.catch(() => undefined)
    return LATE
  }
  using waiting = patience()
  waiting.until(ms)
  return await Promise.race([promise, waiting.over])
}
