import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { foldCase } from '@sentinelmesh/text/fold-case'
import { wildcard, wildcardPrefix } from './wildcard.ts'

const units = fc
  .array(fc.constantFrom('a', 'b', '*', '?', '\\', '😀', '\n'), { maxLength: 8 })
  .map((parts) => parts.join(''))

/** The equivalent backtracking regular expression. */
function slow(pattern: string): RegExp {
  const source = pattern.replace(/\\[*?\\]|[\s\S]/gu, (part) => {
    if (part === '*') return '[\\s\\S]*'
    if (part === '?') return '[\\s\\S]'
    return (part.length === 2 && part.startsWith('\\') ? part.slice(1) : part).replace(/[*?\\]/, String.raw`\$&`)
  })
  return new RegExp(`^${source}$`, 'u')
}

test('a wildcard pattern matches the same texts as the equivalent regular expression', () => {
  fc.assert(
    fc.property(units, units, (pattern, text) => {
      expect(wildcard(pattern)(text)).toBe(slow(pattern).test(text))
      expect(!wildcard(pattern)(text) || text.startsWith(wildcardPrefix(pattern))).toBe(true)
    }),
    { numRuns: 20_000 },
  )
})

// Backtracking would take time exponential in the number of stars.
test('many stars terminate on a long text', () => {
  expect(wildcard(`${'*a'.repeat(500)}*b`)('a'.repeat(262_144))).toBe(false)
  expect(wildcard('*?a?b')('a'.repeat(262_144))).toBe(false)
})

test('case folding preserves the length, is idempotent, and distributes over concatenation', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('İ', 'Σ', 'ς', 'ſ', 'ß', 'K', 'ŉ', '𐐀'),
      fc.string({ unit: 'binary' }),
      (a, b, c) => {
        expect(foldCase(a + b + c)).toHaveLength((a + b + c).length)
        expect(foldCase(a + b + c)).toBe(foldCase(a) + foldCase(b) + foldCase(c))
        expect(foldCase(foldCase(a + b + c))).toBe(foldCase(a + b + c))
      },
    ),
    { numRuns: 5_000 },
  )
})
