import { expect, test } from 'vitest'
import { LIMITS } from '../../../limits.ts'
import { matchOf, textOf, trigramsOf } from './text.ts'

const holds = (text: string) => ({ type: 'holds', text }) as const
const all = (...texts: readonly string[]) => ({ type: 'all', of: texts.map(holds) }) as const
const any = (...texts: readonly string[]) => ({ type: 'any', of: texts.map(holds) }) as const

test('a text is asked for by every third trigram and the last, characters being characters', () => {
  expect(trigramsOf('refund')).toEqual(['ref', 'und'])
  expect(trigramsOf('refunds')).toEqual(['ref', 'und', 'nds'])
  expect(trigramsOf('a😀b😀')).toEqual(['a😀b', '😀b😀'])
  expect(trigramsOf('ab')).toEqual([])
})

test('no trigram goes across what the index holds as something else', () => {
  expect(trigramsOf('abc\0def')).toEqual(['abc', 'def'])
  expect(trigramsOf('abc\ud83ddef')).toEqual(['abc', 'def'])
  expect(trigramsOf('ab\0c')).toEqual([])
  const row = [1, 2, 'id', 'A\0B', null, null, 'text', 'x'] as const
  expect(textOf(row)).toMatch(/a\nb\n\n\nx$/)
})

test('a long text is asked for by a few of its trigrams, from its beginning to its end', () => {
  const grams = trigramsOf(Array.from({ length: 400 }, (_, n) => `${n}`).join(' '))
  expect(grams.length).toBeLessThanOrEqual(LIMITS.textTrigramsOfText + 1)
  expect([grams[0], grams.at(-1)]).toEqual(['0 1', '399'])
})

test('of texts that must all be there those without a trigram are left out; of alternatives none can be', () => {
  expect(matchOf(all('refund', 'x'))).toBe('("ref" AND "und")')
  expect(matchOf(any('refund', 'x'))).toBeNull()
  expect(matchOf(any('abc', 'def'))).toBe('("abc") OR ("def")')
  expect(matchOf(holds('a"b'))).toBe('"a""b"')
  expect(matchOf(holds('x'))).toBeNull()
})

test('what is asked for has a bound: fewer texts that must be there, and no alternatives at all past it', () => {
  const many = Array.from({ length: 100 }, (_, n) => `text${n}`)
  expect(matchOf(all(...many))?.split(' AND ').length).toBeLessThanOrEqual(LIMITS.textTrigramsTogether)
  expect(matchOf(any(...many))).toBeNull()
})
