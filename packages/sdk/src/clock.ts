export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Resolves after `ms`, or when `signal` aborts; never rejects. Keeps the process alive only with `keepAlive`. */
  sleep(ms: number, options: { signal: AbortSignal; keepAlive?: boolean }): Promise<void>
}

export const systemClock: Clock = {
  now: Date.now,
  sleep: (ms, { signal, keepAlive = false }) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const end = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, ms)
      // A browser's timer is a number.
      if (!keepAlive && typeof timer === 'object') timer.unref()
      signal.addEventListener('abort', end)
    }),
}
