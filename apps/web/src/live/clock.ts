/** The time of day, and timers. Tests pass a clock that they turn by hand. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Calls `run` once after so many milliseconds, unless the function that it returns is called before. */
  after(ms: number, run: () => void): () => void
}

export const browserClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = window.setTimeout(run, ms)
    return () => window.clearTimeout(timer)
  },
}
