import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { QUERY_LIMITS } from './limits.ts'
import { parse, parseStrict } from './parse.ts'
import { print } from './print.ts'
import { queries, withoutPlaces } from './testing/arbitraries.ts'

const RUNS = { numRuns: 3_000 }

test('a printed query parses to the same query', () => {
  fc.assert(
    fc.property(queries, (ast) => {
      const text = print(ast)
      fc.pre(
        text.length <= QUERY_LIMITS.chars && JSON.stringify(ast).split('"regex"').length - 1 <= QUERY_LIMITS.regexes,
      )
      expect(withoutPlaces(parseStrict(text))).toEqual(withoutPlaces(ast))
    }),
    RUNS,
  )
})

const FRAGMENTS = [
  'sender',
  'sendr',
  'risk',
  'at',
  'attributes.',
  'has',
  'rule',
  'payload',
  ':',
  '>=',
  '<',
  '..',
  '(',
  ')',
  '-',
  '--',
  'OR',
  'AND',
  'NOT',
  ' ',
  '  ',
  '"',
  '/',
  '/i',
  '\\',
  '*',
  '?',
  '60',
  '-15m',
  'x',
  '😀',
  '\ud800',
  'İ',
  '\n',
  '//',
  'kind:prompt',
] as const
const scribbles = fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 14 }).map((parts) => parts.join(''))

test('any text is parsed without throwing, and its problems are inside it', () => {
  fc.assert(
    fc.property(fc.oneof(scribbles, fc.string({ unit: 'binary' })), (text) => {
      for (const { start, end, message } of parse(text).problems) {
        expect(start).toBeGreaterThanOrEqual(0)
        expect(end).toBeGreaterThanOrEqual(start)
        expect(end).toBeLessThanOrEqual(text.length)
        expect(message).toMatch(/[.?]$/)
      }
    }),
    RUNS,
  )
})

test('printing a valid text keeps its meaning and is idempotent', () => {
  fc.assert(
    fc.property(scribbles, (text) => {
      const { ast, problems } = parse(text)
      fc.pre(problems.length === 0)
      const printed = print(ast)
      expect(withoutPlaces(parseStrict(printed))).toEqual(withoutPlaces(ast))
      expect(print(parseStrict(printed))).toBe(printed)
    }),
    RUNS,
  )
})

test('a chip shows the written text if it needs no quotation marks', () => {
  for (const text of [
    'sender:user:1',
    'https://evil.example/a?b=c',
    '/etc/passwd',
    'api.example:443',
    'a=b',
    'context:prod',
    '-rule:sm-*',
  ])
    expect(print(parseStrict(text))).toBe(text)
})
