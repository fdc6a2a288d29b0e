import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foldCase } from '@sentinelmesh/text/fold-case'
import { checkRegex, compileAlternatives, compileRegex, RegexError } from './regex.ts'
import { regexRepeats } from './regex-repeats.ts'

describe('a regular expression', () => {
  test('with too many copies is rejected before they are created', () => {
    const tooManyCopies = expect.objectContaining({
      code: 'too_large',
      message: expect.stringContaining('come to 300000 copies'),
    })
    expect(() => checkRegex('[^a]{1,1000}'.repeat(300))).toThrow(tooManyCopies)
    expect(() => compileRegex(`(?i)${'b{1000}'.repeat(300)}`)).toThrow(tooManyCopies)
    expect(compileRegex('[^a]{1,1000}b{0,200}').test('xb')).toBe(true)
    // The braces of a code point are not a repetition.
    expect(compileRegex(`^[${String.raw`\x{2066}`.repeat(10)}]$`).test('\u2066')).toBe(true)
    expect(compileRegex(String.raw`[\x{2066}-\x{2069}]`.repeat(10)).test('\u2066'.repeat(10))).toBe(true)
  })

  test.each([
    ['(?:[ab]{40}c){60}', 2_400],
    ['[ab]{900}[ab]{900}[ab]{900}', 2_700],
    [String.raw`(?:\d{2}(?:x[ab]{3}){30}){30}`, 2_760],
  ])('%s is rejected because its counted repetitions multiply to too many copies', (pattern, copies) => {
    expect(() => checkRegex(pattern)).toThrow(
      expect.objectContaining({
        code: 'too_large',
        message: expect.stringMatching(new RegExp(`come to ${copies} copies.*regexRepeats.*smaller counts`)) as string,
      }),
    )
  })

  test('with braces that are not a repetition is accepted', () => {
    const pattern = String.raw`[{900}]\{900\}\x{2066}\Qa{900}{900}\E(?:a{10}b){20}`
    expect(regexRepeats(pattern)).toBe(200)
  })

  test('reports positions in UTF-16 units, even after an emoji', () => {
    expect(compileRegex('b+').find('😀abb')).toEqual({ start: 3, end: 5 })
    expect(compileRegex('b+').find('bab', 1)).toEqual({ start: 2, end: 3 })
    expect(compileRegex('x').find('abc')).toBeNull()
  })

  test('has flags for case, lines and dots', () => {
    expect(compileRegex('^B.c$', { ignoreCase: true, multiline: true, dotAll: true }).test('a\nb\nC')).toBe(true)
    expect(compileRegex('^B.c$').test('a\nb\nC')).toBe(false)
  })

  test.each([
    ['(?=a)', 'look-ahead'],
    ['a(?!b)', 'look-ahead'],
    ['(?<=a)b', 'look-behind'],
    ['(?<!a)b', 'look-behind'],
    [String.raw`(a)\1`, 'back-reference'],
    [String.raw`(?P<x>a)\k<x>`, 'back-reference'],
    [String.raw`(a)\g{1}`, 'back-reference'],
    [String.raw`(a)\g-1`, 'back-reference'],
    ['(?P<x>a)(?P=x)', 'back-reference (?P=…)'],
    ['(?P<x>a(?P>x)?)', 'recursion'],
    ['(?<x>a(?&x)?)', 'recursion'],
    ['(?>a)', 'atomic group'],
  ])('%s is rejected by name', (pattern, name) => {
    expect(() => compileRegex(pattern)).toThrow(
      expect.objectContaining({ code: 'unsupported', message: expect.stringContaining(name) as string }),
    )
  })

  test('with an escaped or bracketed look-alike is accepted', () => {
    expect(compileRegex(String.raw`\(?=a[(?!x]`).test('=a!')).toBe(true)
    expect(compileRegex(String.raw`(?P<x>a)[(?P=]\\g`).test(String.raw`aP\g`)).toBe(true)
  })

  test.each(['(', 'a**', '[z-a]', String.raw`\p{Nope}`])('%s is rejected with a syntax error', (pattern) => {
    expect(() => compileRegex(pattern)).toThrow(RegexError)
  })

  test('that is small but would compile to a large program is rejected', () => {
    for (const pattern of ['((a{100}){100}){100}', '(?:[a-z]{1000}){20}', 'a'.repeat(5_000)])
      expect(() => compileRegex(pattern)).toThrow(RegexError)
  })

  test.each(['(a+)+$', '(a|aa)+$', '(.*a){12}b', '^(([a-z])+.)+[A-Z]([a-z])+$'])(
    '%s terminates on a text on which backtracking would not',
    (pattern) => {
      const regex = compileRegex(pattern)
      // A backtracking engine would need more time than the age of the universe.
      expect(regex.test(`${'a'.repeat(100_000)}!`)).toBe(false)
    },
  )

  test('matches at the end of a long text as it does at the start', () => {
    expect(compileRegex('needle$').test(`${'x'.repeat(300_000)}needle`)).toBe(true)
  })
})

describe('pattern analysis', () => {
  const atom = fc.constantFrom(
    'a',
    'B',
    'ſ',
    'k',
    '.',
    '[ab]',
    '[^a]',
    String.raw`\b`,
    String.raw`\w`,
    'ä',
    '[a-c]',
    'foo',
    'ß',
  )
  const pattern = fc.letrec<{ regex: string }>((tie) => ({
    regex: fc.oneof(
      { maxDepth: 4 },
      atom,
      fc.tuple(tie('regex'), tie('regex')).map(([a, b]) => a + b),
      fc.tuple(tie('regex'), tie('regex')).map(([a, b]) => `(?:${a}|${b})`),
      fc.tuple(tie('regex'), fc.constantFrom('?', '*', '+', '{2}', '{0,2}', '+?')).map(([a, q]) => `(?:${a})${q}`),
    ),
  })).regex
  const text = fc.array(fc.constantFrom('a', 'A', 'b', 'c', 'k', 'K', 's', 'ſ', 'Ä', 'foo', 'FOO', ' ', '_', 'İ'), {
    maxLength: 12,
  })

  const isWord = (char: string) => /^[0-9A-Za-z_]$/.test(char)
  const edge = (where: string, at: number) => isWord(where.charAt(at - 1)) !== isWord(where.charAt(at))

  test('required literals are in every text that the pattern matches', () => {
    fc.assert(
      fc.property(pattern, text, fc.boolean(), (source, parts, ignoreCase) => {
        const where = parts.join('')
        const folded = foldCase(where)
        for (const { test: matches, tryAt, requires, firsts, find } of compileAlternatives(source, { ignoreCase })) {
          if (!matches(where)) continue
          for (const list of requires) expect(list.some((literal) => folded.includes(literal.text))).toBe(true)
          if (firsts === null) continue
          const start = find(where)?.start ?? -1
          const first = firsts.find(
            (literal) => folded.startsWith(literal.text, start) && (!literal.wordStart || edge(where, start)),
          )
          expect(first).toBeDefined()
          expect(tryAt(where, start)).toBeGreaterThanOrEqual(start)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  test('alternatives together match where the whole pattern matches', () => {
    fc.assert(
      fc.property(pattern, pattern, text, (a, b, parts) => {
        const where = parts.join('')
        const whole = compileRegex(`${a}|${b}`).test(where)
        expect(compileAlternatives(`${a}|${b}`, {}).some(({ test: matches }) => matches(where))).toBe(whole)
      }),
      { numRuns: 500 },
    )
  })
})

test('case folding preserves the length and therefore all positions', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(foldCase(text)).toHaveLength(text.length)
    }),
  )
  expect(foldCase('İSTANBUL ΟΔΟΣ ſ')).toBe('istanbul οδοσ s')
}, 60_000)
