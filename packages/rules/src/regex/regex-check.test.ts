import * as fc from 'fast-check'
import { RE2JS } from 're2js'
import { expect, test } from 'vitest'
import { BUILTIN_RULES } from '../builtin/index.ts'
import { sizeOfPlain } from './regex-check.ts'

const PIECES =
  String.raw`a B . ä 😀 [ ] ( ) (?: (?i) { } {2} {0,3} {3,} {900} {2,1} | * + ? *? ^ $ \b \B \d \w \n \x41 \x{10FFFF} \x{110000} \- \_ \q \\ - [a-z] [^\d] [z-a] [a-\d] []a] [[:alpha:]] [\x41-Z] [\n-\r] [\t-\n] [😀] [[] , 1 \pL \z \Z \Q`.split(
    ' ',
  )

test('a pattern classified as plain compiles and is no larger than its computed size', () => {
  let plain = 0
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 9 }), fc.boolean(), (parts, ignoreCase) => {
      const pattern = parts.join('')
      const size = sizeOfPlain(pattern)
      if (size === null) return
      plain++
      const re = RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0)
      expect(re.programSize()).toBeLessThanOrEqual(size)
    }),
    { numRuns: 20_000, seed: 7 },
  )
  expect(plain).toBeGreaterThan(1_000)
})

test.each(['(', ')', 'a**', '[z-a]', 'a{2}{3}', '(?:a{100}){100}', String.raw`\8`, '(?<n>a)', '*a', 'a{1001}', '[^]'])(
  '%s is not plain',
  (pattern) => {
    expect(sizeOfPlain(pattern)).toBeNull()
  },
)

test('a character class with an error at its end is rejected in bounded time', () => {
  expect(sizeOfPlain(`[${String.raw`\x{0430}`.repeat(28)}${String.raw`\x{43z}`}]`)).toBeNull()
})

test('nearly all expressions of the built-in rules are plain', () => {
  const patterns = BUILTIN_RULES.flatMap(({ text }) =>
    [...text.matchAll(/^ {6}- '(.*)'$/gm)].map(([, quoted = '']) => quoted.replaceAll("''", "'")),
  )
  const plain = patterns.filter((pattern) => sizeOfPlain(pattern) !== null)
  expect(plain.length).toBeGreaterThan(0.9 * patterns.length)
})
