import type { Clock } from '../clock.ts'

export interface Rate {
  readonly perSecond: number
  /** The burst: the most that is admitted at once after a pause. */
  readonly burst: number
}

/**
 * Token buckets by name. What is taken may be more than there is: whoever takes then waits until the debt is paid back.
 * So a batch larger than a burst goes through, and over time nobody takes more than the rate.
 */
export interface TokenBuckets {
  /** Milliseconds until something can be taken, 0 if it can now. */
  waitMs(name: string, rate: Rate): number
  take(name: string, rate: Rate, amount: number): void
  giveBack(name: string, rate: Rate, amount: number): void
  readonly size: number
}

interface Bucket {
  tokens: number
  readonly rate: Rate
  atMs: number
}

/** A full bucket is as good as none: past `most`, full ones are forgotten, then those used the longest ago. */
export function tokenBuckets(clock: Pick<Clock, 'monotonic'>, most: number): TokenBuckets {
  const buckets = new Map<string, Bucket>()

  function tokensOf({ tokens, atMs }: Bucket, { perSecond, burst }: Rate, nowMs: number): number {
    return Math.min(burst, tokens + ((nowMs - atMs) * perSecond) / 1000)
  }

  function refilled(name: string, rate: Rate): number {
    const bucket = buckets.get(name)
    return bucket === undefined ? rate.burst : tokensOf(bucket, rate, clock.monotonic())
  }

  function change(name: string, rate: Rate, by: number): void {
    const tokens = Math.min(rate.burst, refilled(name, rate) + by)
    buckets.delete(name)
    buckets.set(name, { tokens, rate, atMs: clock.monotonic() })
    if (buckets.size > most) forget()
  }

  function forget(): void {
    const nowMs = clock.monotonic()
    for (const [name, bucket] of buckets)
      if (tokensOf(bucket, bucket.rate, nowMs) >= bucket.rate.burst) buckets.delete(name)
    for (const name of buckets.keys()) {
      if (buckets.size <= most) return
      buckets.delete(name)
    }
  }

  return {
    waitMs(name, rate) {
      // Less than one entry can be allowed at once where the rate is that small.
      const missing = Math.min(1, rate.burst) - refilled(name, rate)
      return missing <= 0 ? 0 : (missing / rate.perSecond) * 1000
    },
    take: (name, rate, amount) => change(name, rate, -amount),
    giveBack: (name, rate, amount) => change(name, rate, amount),
    get size() {
      return buckets.size
    },
  }
}
