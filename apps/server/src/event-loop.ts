import { monitorEventLoopDelay } from 'node:perf_hooks'

/** The sampling interval. Shorter blocks are not measured. */
const RESOLUTION_MS = 10
/** Readings cover the current window and the one before it. */
const WINDOW_MS = 60_000

/** Measures how long the event loop is blocked. While it is, no request is answered. */
export interface EventLoopWatch {
  /** The longest block in the last one to two minutes, in milliseconds. Reading it does not reset it. */
  longestMs(): number
  stop(): void
}

export function watchEventLoop(): EventLoopWatch {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  histogram.enable()
  let before = 0
  // The histogram includes the interval itself.
  const current = () => (histogram.count === 0 ? 0 : Math.max(0, histogram.max / 1e6 - RESOLUTION_MS))
  const timer = setInterval(() => {
    before = current()
    histogram.reset()
  }, WINDOW_MS)
  timer.unref()
  return {
    longestMs: () => Math.max(before, current()),
    stop() {
      clearInterval(timer)
      histogram.disable()
    },
  }
}
