import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Payload } from '@sentinelmesh/rules'
import { canonicalJson, computedId } from './computed-id.ts'
import { contentHash } from './content-hash.ts'

const KEY = Buffer.alloc(32, 1)
const json = (text: string): Payload => ({ type: 'json', text })
const idOf = (payload: Payload, anchor = 'call 0123456789abcdef') =>
  Buffer.from(computedId(KEY, { kind: 'tool_call', anchor, payload })).toString('hex')

const hashOf = (text: string) =>
  Buffer.from(
    contentHash(
      KEY,
      {
        sender: 'agent.a',
        receiver: null,
        kind: 'tool_call',
        session: null,
        context: null,
        payload: json(text),
        attributes: null,
        logsource: {},
        reportedRisk: null,
        system: null,
      },
      null,
    ),
  ).toString('hex')

describe('the same arguments', () => {
  test.each([
    ['in another order', '{"name":"Bash","arguments":{"b":1,"a":[1,2]}}'],
    ['with blanks', '{ "arguments" : { "a" : [ 1 , 2 ], "b" : 1 },\n "name" : "Bash" }'],
    ['with escapes', String.raw`{"arguments":{"a":[1,2],"b":1},"n\u0061me":"B\u0061sh"}`],
    ['with numbers in another notation', '{"arguments":{"a":[1.0,2e0],"b":10e-1},"name":"Bash"}'],
  ])('%s have the same id', (_how, text) => {
    expect(idOf(json(text))).toBe(idOf(json('{"arguments":{"a":[1,2],"b":1},"name":"Bash"}')))
  })
})

describe('a different payload has a different id', () => {
  const payload = json('{"a":1,"b":[1,2]}')
  test.each([
    ['the order of an array', '{"a":1,"b":[2,1]}'],
    ['a duplicate key, which hides the first', '{"a":9,"a":1,"b":[1,2]}'],
    ['equal keys in another order', '{"a":1,"a":9,"b":[1,2]}'],
    ['a string instead of a number', '{"a":"1","b":[1,2]}'],
    ['an integer beyond the precision of a double', '{"a":12345678901234567891,"b":[1,2]}'],
    ['another such integer', '{"a":12345678901234567892,"b":[1,2]}'],
    ['a number too large for a double', '{"a":1e999,"b":[1,2]}'],
    ['a number too small for a double', '{"a":1e-999,"b":[1,2]}'],
    ['zero instead of a number', '{"a":0,"b":[1,2]}'],
    ['an empty object', '{}'],
  ])('%s', (_what, text) => {
    const all = [
      payload.text,
      '{"a":9,"a":1,"b":[1,2]}',
      '{"a":12345678901234567891,"b":[1,2]}',
      '{"a":1e999,"b":[1,2]}',
    ]
    for (const other of all.filter((one) => one !== text)) expect(idOf(json(text))).not.toBe(idOf(json(other)))
  })
  test('the same JSON as text, another anchor, another kind and another key', () => {
    const { text } = payload
    const ids = [
      idOf(payload),
      idOf({ type: 'text', text }),
      idOf(payload, 'call 0123456789abcdeg'),
      Buffer.from(computedId(KEY, { kind: 'tool_result', anchor: 'call 0123456789abcdef', payload })).toString('hex'),
      Buffer.from(
        computedId(Buffer.alloc(32), { kind: 'tool_call', anchor: 'call 0123456789abcdef', payload }),
      ).toString('hex'),
    ]
    expect(new Set(ids).size).toBe(ids.length)
  })
})

test('numbers of 16 and 17 digits that map to the same double have different ids', () => {
  const digits = (count: number) =>
    fc.bigInt({ min: 10n ** BigInt(count - 1), max: 10n ** BigInt(count) - 2n }).map(String)
  fc.assert(
    fc.property(fc.oneof(digits(16), digits(17)), fc.integer({ min: 1, max: 16 }), (number, point) => {
      const write = (value: string) =>
        [value.slice(0, point), value.slice(point)].filter((part) => part !== '').join('.')
      const [one, next] = [write(number), write(String(BigInt(number) + 1n))]
      expect(idOf(json(`{"n":${one}}`))).not.toBe(idOf(json(`{"n":${next}}`)))
      expect(hashOf(`{"n":${one}}`)).not.toBe(hashOf(`{"n":${next}}`))
    }),
    { seed: 3, numRuns: 500 },
  )
})

test('canonical JSON has the same value, and canonicalizing it again changes nothing', () => {
  fc.assert(
    fc.property(fc.json(), fc.boolean(), (text, indented) => {
      const again = JSON.stringify(JSON.parse(text), null, indented ? 2 : 0)
      const canonical = canonicalJson(again)
      expect(JSON.parse(canonical)).toEqual(JSON.parse(again))
      expect(canonicalJson(canonical)).toBe(canonical)
    }),
    { seed: 7, numRuns: 500 },
  )
})
