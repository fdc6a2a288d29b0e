/** Time, so that tests can turn it. */
export interface Clock {
  /** Milliseconds since 1970. Somebody can set it back or forward at any moment. */
  now(): number
  /** Milliseconds from an arbitrary instant. Never goes back: use it to measure how long something took. */
  monotonic(): number
}

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() }
