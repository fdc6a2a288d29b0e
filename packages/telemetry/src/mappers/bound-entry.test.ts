import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { KINDS, LIMITS } from '@sentinelmesh/api/constants'
import { members, scan } from '@sentinelmesh/text/json-text'
import { DIALECTS } from '../dialects/registry.ts'
import { boundEntry } from './bound-entry.ts'
import type { MappedEntry } from './mapped-entry.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  // Includes lone surrogates.
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 400 }).map((units) => String.fromCharCode(...units)),
)
const orNull = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: null })

const mapped: fc.Arbitrary<MappedEntry> = fc.record({
  source: fc.constantFrom('other', ...DIALECTS.map(({ name }) => name)),
  kind: fc.constantFrom(...KINDS),
  sender: text,
  receiver: orNull(text),
  session: orNull(text),
  context: orNull(text),
  payload: fc.oneof(
    fc.record({ type: fc.constant('text' as const), text }),
    fc.record({ type: fc.constant('json' as const), text: fc.oneof(fc.json(), text) }),
  ),
  at: fc.constant(null),
  attributes: fc.dictionary(text, fc.oneof(text, fc.double(), fc.boolean()), { maxKeys: 90, noNullPrototype: true }),
  anchor: orNull(text),
})

test('any mapped entry is cut to the limits of an entry', () => {
  fc.assert(
    fc.property(mapped, (entry) => {
      const { entry: one } = boundEntry(entry)
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
    }),
    { seed: 5, numRuns: 1_000 },
  )
})
