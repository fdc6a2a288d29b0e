import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { jsonText, parsedIfJson, payloadOf, valueOf } from './json.ts'

const asNumber = (_key: string, value: unknown) => (typeof value === 'bigint' ? Number(value) : value)

describe('JSON that a dialect sends as text', () => {
  test('is parsed as by JSON.parse, and passed on character by character', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.array(fc.jsonValue({ maxDepth: 6 })), fc.dictionary(fc.string(), fc.jsonValue())),
        (value) => {
          const text = JSON.stringify(value)
          const read = valueOf(text)
          expect(JSON.parse(JSON.stringify(read, asNumber))).toEqual(JSON.parse(text))
          expect(read === undefined ? null : jsonText(read)).toBe(text)
        },
      ),
      { seed: 5, numRuns: 300 },
    )
  })

  test('keeps digits, the order of keys and any key name in its parts too', () => {
    const read = valueOf('{"args": {"2":1, "1":12345678901234567890.50, "__proto__": {"a": 1}}}')
    expect(read === undefined ? [] : Object.values(read).map((args) => payloadOf(args ?? null).text)).toEqual([
      '{"2":1, "1":12345678901234567890.50, "__proto__": {"a": 1}}',
    ])
  })

  test('keeps the digits of an integer beyond 2^53', () => {
    expect(valueOf('[12345678901234567890]')).toEqual([12_345_678_901_234_567_890n])
  })

  test('stays text if it is not valid JSON or nests deeper than a payload may', () => {
    const deep = '['.repeat(100_000)
    for (const text of ['{"a": 1', 'plain', '[1] as said', '', '"text"', deep, deep + ']'.repeat(100_000)]) {
      expect(parsedIfJson(text)).toBe(text)
    }
  })
})
