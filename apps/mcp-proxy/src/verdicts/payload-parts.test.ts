import { expect, test } from 'vitest'
import { LIMITS } from '../limits.ts'
import { payloadParts } from './payload-parts.ts'

test('a payload that fits into one request stays as it is', () => {
  const payload = { type: 'json', text: '{"a":1}' } as const
  expect(payloadParts(payload)).toEqual([payload])
})

test('parts of a long text overlap, so that text at a boundary is whole in one of them', () => {
  const secret = 's'.repeat(LIMITS.partOverlapChars)
  const text = 'x'.repeat(LIMITS.partChars - 1) + secret + 'x'.repeat(LIMITS.partChars)
  const parts = payloadParts({ type: 'text', text })
  expect(parts.every((part) => part.text.length <= LIMITS.partChars)).toBe(true)
  expect(parts.some((part) => part.text.includes(secret))).toBe(true)
})

test('parts of a long JSON value contain its strings', () => {
  const long = 'y'.repeat(LIMITS.partChars)
  const [first, second] = payloadParts({ type: 'json', text: JSON.stringify({ a: 'begin', b: long, c: 'end' }) })
  expect(first?.text.startsWith('begin\nyyy')).toBe(true)
  expect(second?.text.endsWith('yyy\nend')).toBe(true)
})
