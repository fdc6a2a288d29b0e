import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { tokenBuckets } from './token-buckets.ts'

const SEED = 20_261

function handTime() {
  let now = 0
  return { monotonic: () => now, pass: (ms: number) => void (now += ms) }
}

const steps = fc.array(
  fc.record({ pauseMs: fc.integer({ min: 0, max: 5_000 }), entries: fc.integer({ min: 1, max: 300 }) }),
  {
    minLength: 1,
    maxLength: 200,
  },
)
const rates = fc
  .record({ perSecond: fc.double({ min: 0.1, max: 200, noNaN: true }), seconds: fc.integer({ min: 1, max: 20 }) })
  .map(({ perSecond, seconds }) => ({ perSecond, burst: Math.max(1, perSecond * seconds) }))

test('in any time span, at most the burst, the rate times the span, and the last request are admitted', () => {
  fc.assert(
    fc.property(steps, rates, (asked, rate) => {
      const time = handTime()
      const buckets = tokenBuckets(time, 10)
      const taken: { atMs: number; entries: number }[] = []
      for (const { pauseMs, entries } of asked) {
        time.pass(pauseMs)
        if (buckets.waitMs('key', rate) > 0) continue
        buckets.take('key', rate, entries)
        taken.push({ atMs: time.monotonic(), entries })
      }
      for (const [first, from] of taken.entries()) {
        let sum = 0
        for (const { atMs, entries } of taken.slice(first)) {
          expect(sum).toBeLessThanOrEqual(rate.burst + ((atMs - from.atMs) * rate.perSecond) / 1000 + 1e-6)
          sum += entries
        }
      }
    }),
    { seed: SEED },
  )
})

test('a caller that waits as long as it was told is admitted then, and not before', () => {
  fc.assert(
    fc.property(steps, rates, (asked, rate) => {
      const time = handTime()
      const buckets = tokenBuckets(time, 10)
      for (const { entries } of asked.slice(0, 20)) {
        const waitMs = buckets.waitMs('key', rate)
        time.pass(Math.max(0, waitMs - 1))
        expect(buckets.waitMs('key', rate) > 0).toBe(waitMs > 0)
        time.pass(Math.min(1, waitMs) + 1e-3)
        expect(buckets.waitMs('key', rate)).toBe(0)
        buckets.take('key', rate, entries)
      }
    }),
    { seed: SEED },
  )
})

test('a caller that stays within the rate never waits', () => {
  fc.assert(
    fc.property(rates, fc.integer({ min: 1, max: 500 }), (rate, count) => {
      const time = handTime()
      const buckets = tokenBuckets(time, 10)
      for (let request = 0; request < count; request++) {
        expect(buckets.waitMs('key', rate)).toBe(0)
        buckets.take('key', rate, 1)
        time.pass(1_000 / rate.perSecond + 1e-6)
      }
    }),
    { seed: SEED },
  )
})

test('giving tokens back undoes taking them, and never fills a bucket beyond its burst', () => {
  const buckets = tokenBuckets(handTime(), 10)
  const rate = { perSecond: 1, burst: 10 }
  buckets.take('key', rate, 500)
  expect(buckets.waitMs('key', rate)).toBe(491_000)
  buckets.giveBack('key', rate, 500)
  buckets.giveBack('key', rate, 500)
  buckets.take('key', rate, 10)
  expect(buckets.waitMs('key', rate)).toBe(1_000)
})

test('the number of buckets is bounded, and a full bucket is forgotten before one that is used up', () => {
  const time = handTime()
  const buckets = tokenBuckets(time, 100)
  const rate = { perSecond: 1, burst: 1 }
  for (let index = 0; index < 50; index++) buckets.take(`in debt ${index}`, rate, 1_000)
  for (let round = 0; round < 20; round++) {
    for (let index = 0; index < 50; index++) buckets.take(`${round} ${index}`, rate, 1)
    time.pass(2_000)
  }
  expect(buckets.size).toBeLessThanOrEqual(101)
  expect(buckets.waitMs('in debt 0', rate)).toBeGreaterThan(0)
  for (let index = 0; index < 500; index++) buckets.take(`used ${index}`, rate, 1_000)
  expect(buckets.size).toBe(100)
})

test('a pause fills a bucket at most to its burst, however long it is', () => {
  const time = handTime()
  const buckets = tokenBuckets(time, 10)
  const rate = { perSecond: 1, burst: 10 }
  buckets.take('key', rate, 1)
  time.pass(3_600_000)
  buckets.take('key', rate, 10)
  expect(buckets.waitMs('key', rate)).toBe(1_000)
})
