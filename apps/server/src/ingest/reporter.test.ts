import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Principal } from '@sentinelmesh/api'
import { parseEntry } from './parse-entry.ts'
import type { ParsedEntry } from '../judging/parsed-entry.ts'
import { EntryRefused } from './parse-entry.ts'
import { boundTo, refuseForeign } from './reporter.ts'

const bound = (senderPrefix: string | null) =>
  boundTo({
    type: 'key',
    org: { id: 1, uid: 'one', name: 'Acme', slug: 'acme' },
    keyId: 'key-1',
    scopes: ['ingest'],
    senderPrefix,
    keepUnknown: false,
    entriesPerSecond: null,
  } satisfies Principal)

interface Ends {
  readonly sender: string
  readonly receiver: string | null
}

const reported = (ends: Ends): ParsedEntry =>
  parseEntry({ value: { ...ends, payload: 'x' }, text: null }, { nowMs: 0, lenient: false })
const read = (ends: Ends): ParsedEntry => ({ ...reported(ends), mapped: { anchor: null, dropped: null, cut: false } })

/** Names of few letters, so that one is often equal to another or a prefix of it. */
const names = fc.string({ unit: fc.constantFrom('a', 'b', '.', '-'), minLength: 1, maxLength: 4 })
const ends = fc.record({ sender: names, receiver: fc.option(names) })

function mayReport(...asked: Parameters<typeof refuseForeign>): boolean {
  try {
    refuseForeign(...asked)
    return true
  } catch (error) {
    if (error instanceof EntryRefused) return false
    throw error
  }
}

test('a key bound to one sender reports only as that sender, whatever the receiver', () => {
  fc.assert(
    fc.property(names, ends, (name, { sender, receiver }) => {
      for (const to of [receiver, name, sender])
        expect(mayReport(bound(name), reported({ sender, receiver: to }))).toBe(sender === name)
    }),
  )
})

test('a key bound to a prefix reports as every sender with that prefix, whatever the receiver', () => {
  fc.assert(
    fc.property(names, ends, (beginning, { sender, receiver }) => {
      for (const to of [receiver, beginning, `${beginning}x`])
        for (const from of [sender, `${beginning}${sender}`, `${sender}${beginning}`])
          expect(mayReport(bound(`${beginning}*`), reported({ sender: from, receiver: to }))).toBe(
            from.startsWith(beginning),
          )
    }),
  )
})

test('in an entry that a mapper read, the agent of a bound key must be the sender or the receiver', () => {
  fc.assert(
    fc.property(names, fc.boolean(), ends, (name, isBeginning, { sender, receiver }) => {
      const is = (one: string | null) => one !== null && (isBeginning ? one.startsWith(name) : one === name)
      for (const entry of [
        { sender, receiver },
        { sender, receiver: name },
        { sender: name, receiver },
      ])
        expect(mayReport(bound(isBeginning ? `${name}*` : name), read(entry))).toBe(
          is(entry.sender) || is(entry.receiver),
        )
    }),
  )
})

test('a key that is not bound reports as any sender', () => {
  fc.assert(
    fc.property(ends, (entry) => {
      expect(mayReport(bound(null), reported(entry))).toBe(true)
    }),
  )
})
