import { expect, test } from 'vitest'
import { LIMITS } from '../../../limits.ts'
import { matchOf, textOf, trigramsOf } from './text.ts'

const holds = (text: string) => ({ type: 'holds', text }) as const
const all = (...texts: readonly string[]) => ({ type: 'all', of: texts.map(holds) }) as const
const any = (...texts: readonly string[]) => ({ type: 'any', of: texts.map(holds) }) as const

test('a text is looked up by every third trigram and the last one, counted in code points', () => {
  expect(trigramsOf('refund')).toEqual(['ref', 'und'])
  expect(trigramsOf('refunds')).toEqual(['ref', 'und', 'nds'])
  expect(trigramsOf('a😀b😀')).toEqual(['a😀b', '😀b😀'])
  expect(trigramsOf('ab')).toEqual([])
})

test('no trigram spans a character that the index stores differently', () => {
  expect(trigramsOf('abc\0def')).toEqual(['abc', 'def'])
  expect(trigramsOf('abc\ud83ddef')).toEqual(['abc', 'def'])
  expect(trigramsOf('ab\0c')).toEqual([])
  const row = [1, 2, 'id', 'A\0B', null, null, 'text', 'x'] as const
  expect(textOf(row)).toMatch(/a\nb\n\n\nx$/)
})

test('a long text is looked up by a few of its trigrams, spread from start to end', () => {
  const grams = trigramsOf(Array.from({ length: 400 }, (_, n) => `${n}`).join(' '))
  expect(grams.length).toBeLessThanOrEqual(LIMITS.textTrigramsOfText + 1)
  expect([grams[0], grams.at(-1)]).toEqual(['0 1', '399'])
})

test('in an AND, texts without a trigram are omitted; in an OR, one such text disables the lookup', () => {
  expect(matchOf(all('refund', 'x'))).toBe('("ref" AND "und")')
  expect(matchOf(any('refund', 'x'))).toBeNull()
  expect(matchOf(any('abc', 'def'))).toBe('("abc") OR ("def")')
  expect(matchOf(holds('a"b'))).toBe('"a""b"')
  expect(matchOf(holds('x'))).toBeNull()
})

test('the index query is bounded: past the limit, an AND drops texts and an OR is not looked up', () => {
  const many = Array.from({ length: 100 }, (_, n) => `text${n}`)
  expect(matchOf(all(...many))?.split(' AND ').length).toBeLessThanOrEqual(LIMITS.textTrigramsTogether)
  expect(matchOf(any(...many))).toBeNull()
})
