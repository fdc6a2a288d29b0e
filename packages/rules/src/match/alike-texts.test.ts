import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { foldCase } from '@sentinelmesh/text/fold-case'
import { alikeTexts, eachAlike } from './alike-texts.ts'

test('texts with a common prefix are found at a position, each with all of its atoms', () => {
  const word = fc
    .array(fc.constantFrom('a', 'a', 'b', 'K', 'é', 'É', '😀', '\ud801\udc00', '\ud801\udc28', '\uffff'), {
      maxLength: 6,
    })
    .map((parts) => parts.join(''))
  let found = 0
  fc.assert(
    fc.property(
      fc.uniqueArray(word, { selector: foldCase, minLength: 1, maxLength: 12 }),
      word,
      word,
      (words, before, text) => {
        const texts = words.map((one) => foldCase(`ab${one}`))
        const whole = `${before}aB${text}`
        const group = alikeTexts(
          texts.map((one, index) => ({ text: one, wanted: [index, index + 100] })),
          2,
        )
        const standing: number[] = []
        eachAlike(group, whole, before.length, (atoms, begin, end) => {
          expect(begin).toBe(before.length)
          for (const atom of atoms ?? []) {
            expect(end - begin).toBe(texts[atom % 100]?.length)
            standing.push(atom)
          }
        })
        const wanted = texts.flatMap((one, index) =>
          foldCase(whole).startsWith(one, before.length) ? [index, index + 100] : [],
        )
        found += wanted.length
        // Case and characters of one block beyond the basic plane are not distinguished: this can only find more.
        expect(new Set(standing)).toEqual(
          new Set(/[\ud800-\udfff]/.test(texts.join('')) ? [...wanted, ...standing] : wanted),
        )
      },
    ),
    { seed: 20_261_127, numRuns: 2_000 },
  )
  expect(found).toBeGreaterThan(1_000)
})
