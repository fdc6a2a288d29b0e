import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { LIMITS } from '@sentinelmesh/api/constants'
import { instant } from './accept-mapped.ts'
import { EntryRefused } from './parse-entry.ts'

const NOW = Date.UTC(2026, 10, 24)

test('any time that a mapper reads becomes a time that can be stored, or the entry is refused', () => {
  const refused = new Set<unknown>()
  fc.assert(
    fc.property(fc.oneof(fc.double(), fc.integer({ min: -9, max: NOW * 1000 }), fc.constant(null)), (at) => {
      try {
        const time = instant(at, NOW)
        expect(Number.isSafeInteger(time) && time >= 0).toBe(true)
        expect(time).toBeLessThanOrEqual((NOW + LIMITS.aheadMs) * 1000)
      } catch (error) {
        if (!(error instanceof EntryRefused)) throw error
        for (const { loc } of error.issues) refused.add(loc[0])
      }
    }),
    { seed: 5, numRuns: 1_000 },
  )
  expect(refused).toEqual(new Set(['timestamp']))
})
