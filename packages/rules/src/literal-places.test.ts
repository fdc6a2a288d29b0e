import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { literalPlaces, longestBeginning, placeOfLiteral } from './literal-places.ts'

const SEED = 20_261_127
/** Uses two letters, so that prefixes of the literal are everywhere. */
const letters = (minLength: number, maxLength: number) =>
  fc.array(fc.constantFrom('a', 'a', 'b'), { minLength, maxLength }).map((list) => list.join(''))
/** A short or long literal, and a text that may contain it. */
const literalAndText = fc
  .tuple(letters(1, 3), fc.integer({ min: 1, max: 60 }), letters(0, 3))
  .chain(([piece, times, rest]) => {
    const literal = piece.repeat(times) + rest
    const part = fc.constantFrom(literal, literal.slice(1), literal.slice(0, -1), piece, 'b', '😀')
    return fc.tuple(
      fc.constant(literal),
      fc.array(part, { maxLength: 12 }).map((parts) => parts.join('')),
    )
  })

describe('a literal', () => {
  test('is found where `indexOf` finds it, from ascending positions', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 20 })
    fc.assert(
      fc.property(literalAndText, steps, ([literal, text], widths) => {
        const placeFrom = literalPlaces(literal, text)
        let from = 0
        for (const width of widths) {
          from += width
          const place = text.indexOf(literal, from)
          expect(placeFrom(from)).toBe(place < 0 ? Infinity : place)
          expect(placeOfLiteral(literal, text, from)).toBe(place)
        }
      }),
      { seed: SEED, numRuns: 2_000 },
    )
  })

  test('has the longest prefix that a text contains, at its first occurrence', () => {
    fc.assert(
      fc.property(literalAndText, ([literal, text]) => {
        const { start, end } = longestBeginning(literal, text)
        const found = literal.slice(0, end - start)
        expect(text.indexOf(found)).toBe(start)
        expect(found === literal || !text.includes(literal.slice(0, found.length + 1))).toBe(true)
      }),
      { seed: SEED, numRuns: 2_000 },
    )
  })
})
