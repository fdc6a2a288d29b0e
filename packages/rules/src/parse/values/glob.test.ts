import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { globFind, globOf, globTokens, STAR } from './glob.ts'

const escaped = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)

/** The same search with a native regular expression, which backtracks. */
function simply(pattern: string, text: string): { start: number; end: number } | null {
  const source = globTokens(pattern).map((token) =>
    typeof token === 'string' ? escaped(token) : token === STAR ? '[^]*?' : '[^]',
  )
  const found = new RegExp(source.join(''), 'u').exec(text)
  return found && { start: found.index, end: found.index + found[0].length }
}

test('wildcards match where a backtracking search matches', () => {
  const piece = fc.constantFrom('a', 'b', '?', '?', '?', '😀', 'aa', 'a'.repeat(70), `${'a'.repeat(70)}b`)
  const pieces = fc.array(piece, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''))
  const pattern = fc.array(pieces, { minLength: 1, maxLength: 3 }).map((list) => list.join('*'))
  const text = fc
    .array(fc.constantFrom('a', 'a', 'b', '😀', 'x', 'a'.repeat(69)), { maxLength: 24 })
    .map((parts) => parts.join(''))
  let found = 0
  fc.assert(
    fc.property(pattern, text, (one, other) => {
      const place = globFind(globOf([STAR, ...globTokens(one), STAR]), other)
      if (place !== null) found++
      expect(place).toEqual(simply(one, other))
    }),
    { seed: 20_261_127, numRuns: 5_000 },
  )
  expect(found).toBeGreaterThan(500)
})
