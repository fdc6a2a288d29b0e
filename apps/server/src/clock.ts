/** The source of time, which tests replace. */
export interface Clock {
  /** Milliseconds since 1970. Somebody can set it back or forward at any moment. */
  now(): number
  /** Milliseconds from an arbitrary instant. Never goes back: use it to measure how long something took. */
  monotonic(): number
  /** Resolves after `ms` milliseconds or when the signal aborts. Does not keep the process running. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  // `timers/promises` would create an error with a stack for every aborted wait.
  sleep(ms, signal) {
    if (signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, ms).unref()
      signal.addEventListener('abort', end)
    })
  },
}
