/** The time of day, and a way to wait. Tests pass a clock that they turn by hand. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Resolves after so many milliseconds, or at once when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

export const browserClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const end = () => {
        window.clearTimeout(timer)
        signal.removeEventListener('abort', end)
        resolve()
      }
      const timer = window.setTimeout(end, ms)
      signal.addEventListener('abort', end)
    }),
}
