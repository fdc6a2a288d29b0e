import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { KINDS, LIMITS } from '@sentinelmesh/api/constants'
import { members, scan } from '@sentinelmesh/text/json-text'
import { boundMapped } from './accept-mapped.ts'
import { DIALECTS, type MappedEntry } from '@sentinelmesh/telemetry'
import { EntryRefused } from './parse-entry.ts'

const NOW = Date.UTC(2026, 10, 24)
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  // Halves of characters too.
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 400 }).map((units) => String.fromCharCode(...units)),
)
const orNull = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: null })

const mapped: fc.Arbitrary<MappedEntry> = fc.record({
  source: fc.constantFrom(...DIALECTS.map(({ name }) => name)),
  kind: fc.constantFrom(...KINDS),
  sender: text,
  receiver: orNull(text),
  session: orNull(text),
  context: orNull(text),
  payload: fc.oneof(
    fc.record({ type: fc.constant('text' as const), text }),
    fc.record({ type: fc.constant('json' as const), text: fc.oneof(fc.json(), text) }),
  ),
  at: orNull(fc.oneof(fc.double(), fc.integer({ min: -9, max: NOW * 1000 }))),
  attributes: fc.dictionary(text, fc.oneof(text, fc.double(), fc.boolean()), { maxKeys: 90, noNullPrototype: true }),
  anchor: orNull(text),
})

function boundOrRefused(entry: MappedEntry) {
  try {
    return boundMapped(entry, NOW)
  } catch (error) {
    if (error instanceof EntryRefused) return error
    throw error
  }
}

test('whatever a mapper reads, it is within the bounds of an entry, or refused for its time alone', () => {
  const refused: unknown[] = []
  fc.assert(
    fc.property(mapped, (entry) => {
      const bounded = boundOrRefused(entry)
      if (bounded instanceof EntryRefused) {
        refused.push(...bounded.issues.map(({ loc }) => loc[0]))
        return
      }
      const { entry: one, timestamp } = bounded
      for (const name of [one.sender, one.receiver, one.session, one.context]) {
        if (name === null) continue
        expect(name).not.toBe('')
        expect(name.length).toBeLessThanOrEqual(LIMITS.senderChars)
        expect(name.isWellFormed() && !name.includes('\0')).toBe(true)
      }
      expect(one.payload.text.isWellFormed()).toBe(true)
      if (one.payload.type === 'json')
        scan(one.payload.text, LIMITS.jsonDepth, { open() {}, close() {}, key() {}, leaf() {} })
      expect(members(one.attributes ?? '', { depth: 1 }).length).toBeLessThanOrEqual(LIMITS.attributeKeys)
      expect(one.attributes?.isWellFormed()).toBe(true)
      expect(Number.isSafeInteger(timestamp.at) && timestamp.at >= 0).toBe(true)
      expect(timestamp.at).toBeLessThanOrEqual((NOW + LIMITS.aheadMs) * 1000)
    }),
    { seed: 5, numRuns: 1_000 },
  )
  expect(new Set(refused)).toEqual(new Set(['timestamp']))
})
