import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { LIMITS } from '@sentinelmesh/api/constants'
import type { Payload, Place } from '@sentinelmesh/rules'
import { aMatch } from '../../../testing/entries.ts'
import { snippetOf } from './snippet.ts'

const at = (start: number, end: number, pointer: string | null = null): Place => ({
  field: 'payload',
  pointer,
  start,
  end,
})
const text = (value: string): Payload => ({ type: 'text', text: value })
const json = (value: string): Payload => ({ type: 'json', text: value })

/** The marked parts of the displayed text. */
function marked(payload: Payload, ...places: Place[]): string[] {
  const { snippet, marks } = snippetOf(payload, [aMatch({ places })])
  return marks.map(([start, end]) => (snippet ?? payload.text).slice(start, end))
}

test('a short text is its own snippet', () => {
  expect(snippetOf(text('ignore all instructions'), [])).toEqual({ snippet: null, marks: [] })
})

test('a long text is cut around its first match, whichever rule lists it', () => {
  const long = text(`${'a'.repeat(5_000)}NEEDLE${'b'.repeat(5_000)}LATER`)
  const found = snippetOf(long, [aMatch({ places: [at(10_006, 10_011)] }), aMatch({ places: [at(5_000, 5_006)] })])
  expect(found.snippet).toHaveLength(LIMITS.snippetChars)
  expect(found.marks).toHaveLength(1)
  expect(marked(long, at(5_000, 5_006))).toEqual(['NEEDLE'])
})

test('adjacent or overlapping marks are merged', () => {
  expect(snippetOf(text('abcdef'), [aMatch({ places: [at(3, 5), at(0, 2), at(1, 3)] })]).marks).toEqual([[0, 5]])
})

test('matches in other fields are not marked; matches found through a view are marked in the payload', () => {
  const places = [
    { ...at(0, 2), field: 'sender' },
    { ...at(3, 5), view: 'process_creation[1]' },
  ]
  expect(snippetOf(text('abcdef'), [aMatch({ places })]).marks).toEqual([[3, 5]])
})

test('JSON is shown without whitespace between tokens, and a match in a leaf is marked where it was written', () => {
  const payload = json('{ "a": [1, "x needle"], "b": "needle" }')
  expect(snippetOf(payload, []).snippet).toBe('{"a":[1,"x needle"],"b":"needle"}')
  expect(marked(payload, at(2, 8, '/a/1'))).toEqual(['needle'])
  expect(snippetOf(payload, [aMatch({ places: [at(0, 6, '/b')] })]).marks).toEqual([[25, 31]])
})

test('a match after escapes in a leaf is marked where its characters were written', () => {
  const payload = json(String.raw`{"a":"line\n\u00e4 \"rm -rf\" \ud83d\ude00 end"}`)
  // Unescaped: line⏎ä "rm -rf" 😀 end
  expect(marked(payload, at(7, 15, '/a'))).toEqual([String.raw`\"rm -rf\"`])
  expect(marked(payload, at(19, 22, '/a'))).toEqual(['end'])
})

test('a match in a number is marked', () => {
  expect(marked(json('{"n": 12345678901234567890}'), at(0, 3, '/n'))).toEqual(['123'])
})

test('a match in a leaf that does not exist is not marked', () => {
  expect(marked(json('{"a":1}'), at(0, 1, '/b'))).toEqual([])
})

test('no snippet is too long or splits a character, and its marks are within it and in order', () => {
  const long = fc
    .array(fc.constantFrom('a', '👍🏽', 'İ', ' ', '日本', '\0', '"'), { minLength: 0, maxLength: 900 })
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(long, fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 4 }), (value, pairs) => {
      const size = value.length + 1
      const places = pairs.map(([a, b]) => at(Math.min(a % size, b % size), Math.max(a % size, b % size)))
      const { snippet, marks } = snippetOf(text(value), [aMatch({ places })])
      const shown = snippet ?? value
      expect(shown.length).toBeLessThanOrEqual(LIMITS.snippetChars)
      expect(shown.isWellFormed?.() ?? true).toBe(true)
      let last = -1
      for (const [start, end] of marks) {
        expect(start).toBeGreaterThan(last)
        expect(end).toBeGreaterThan(start)
        expect(end).toBeLessThanOrEqual(shown.length)
        last = end
      }
      expect(marks.length > 0).toBe(places.some(({ start, end }) => end > start))
    }),
  )
})
