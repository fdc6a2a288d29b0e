import { expect, test } from 'vitest'
import { LIMITS } from '@sentinelmesh/api/constants'
import { replyCounter } from './reply-bytes.ts'

const { replyBytes: MOST } = LIMITS
/** A text that has `bytes` bytes as JSON, quotes included. */
const text = (bytes: number) => 'x'.repeat(bytes - 2)

test('a reply of exactly the limit is sent, and one byte more is refused', () => {
  replyCounter()(text(MOST))
  expect(() => replyCounter()(text(MOST + 1))).toThrow('replyBytes')
})

test('the results of a request are counted together', () => {
  const count = replyCounter()
  count(text(MOST / 2))
  count(text(MOST / 2))
  expect(() => count(null)).toThrow('replyBytes')
})

test.each([
  ['control characters', '\u0001'.repeat(MOST / 6 + 1)],
  ['numbers', Array.from({ length: MOST / 20 }, () => -2.2250738585072014e-308)],
  ['names of members', { ['\u0001'.repeat(MOST / 6 + 1)]: null }],
  ['containers', Array.from({ length: MOST / 3 + 1 }, () => [])],
])('has the size of its JSON: %s', (_of, result) => {
  expect(Buffer.byteLength(JSON.stringify(result))).toBeGreaterThan(MOST)
  expect(() => replyCounter()(result)).toThrow('replyBytes')
})
