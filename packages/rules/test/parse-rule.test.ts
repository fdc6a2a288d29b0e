import { describe, expect, test } from 'vitest'
import { parseRule, RuleError, type RuleErrorCode } from '../src/index.ts'
import { aRule } from './entries.ts'

const errorOf = (text: string): RuleError => {
  try {
    parseRule(text)
  } catch (error) {
    if (error instanceof RuleError) return error
    throw error
  }
  throw new Error('The rule was accepted')
}

const one = (line: string) => aRule(`  s:\n    ${line}\n  condition: s`)

test('a rule is parsed with all of its metadata', () => {
  const rule = parseRule(
    aRule(
      `  s:\n    payload: x\n  condition: s`,
      'id: r1\nlevel: low\nstatus: test\nauthor: Ann\ndate: 2026-11-24\ntags: [attack.t1059]\nfalsepositives: [None]\nsentinelmesh: {points: 20, family: f}',
    ),
  )
  expect(rule).toMatchObject({
    id: 'r1',
    level: 'low',
    points: 20,
    family: 'f',
    author: 'Ann',
    date: '2026-11-24',
    tags: ['attack.t1059'],
    logsource: { product: 'ai_agent' },
  })
  expect(rule.hash).toMatch(/^[0-9a-f]{64}$/)
})

test('a rule without an id and level gets an id derived from its text, and level medium with its points', () => {
  const text = aRule(`  s:\n    payload: x\n  condition: s`)
  const rule = parseRule(text)
  expect(rule).toMatchObject({ level: 'medium', points: 40, family: rule.id })
  expect(rule.id).toBe(rule.hash.slice(0, 16))
})

test('an error has a position, a path, and a fix if one is known', () => {
  expect(errorOf(one('payload|containz: sender'))).toMatchObject({
    code: 'unknown_modifier',
    range: { line: 6, column: 5, endLine: 6, endColumn: 21 },
    path: 'detection.s.payload|containz',
    message: 'There is no modifier "containz".',
    mend: 'Write "contains".',
  })
})

describe('an invalid rule is rejected by name', () => {
  const cases: readonly (readonly [string, RuleErrorCode, string])[] = [
    ['invalid YAML', 'yaml_syntax', 'a: [b'],
    ['a list', 'not_a_map', '- a'],
    ['two documents', 'several_documents', `${one('payload: x')}---\na: b`],
    [
      'a key twice',
      'yaml_duplicate_key',
      aRule(`  s:\n    payload|contains: a\n    payload|contains: b\n  condition: s`),
    ],
    ['no title', 'missing_title', 'logsource: {product: x}\ndetection: {s: {a: b}, condition: s}'],
    ['no log source', 'missing_logsource', 'title: t\ndetection: {s: {a: b}, condition: s}'],
    ['no detection', 'missing_detection', 'title: t\nlogsource: {product: x}'],
    ['no condition', 'missing_condition', aRule(`  s:\n    payload: x`)],
    ['points above 100', 'bad_metadata', `${one('payload: x')}sentinelmesh: {points: 101}`],
    ['the family of the reported risk', 'bad_metadata', `${one('payload: x')}sentinelmesh: {family: reported}`],
    ['an unknown key in "sentinelmesh"', 'bad_metadata', `${one('payload: x')}sentinelmesh: {score: 1}`],
    ['a modifier that does not exist', 'unknown_modifier', one('payload|constructor: x')],
    ['an hour that does not exist', 'modifier_value', one('payload|hour: 24')],
    ['a placeholder without values', 'expand_unresolved', one("payload|expand: '%x%'")],
    ['modifiers that exclude each other', 'modifier_conflict', one('payload|contains|startswith: x')],
    ['i without re', 'modifier_conflict', one('payload|i: x')],
    ['all with one value', 'all_single_value', one('payload|contains|all: x')],
    ['a look-ahead', 'regex_unsupported', one("payload|re: '(?=x)'")],
    ['a broken regular expression', 'bad_regex', one("payload|re: '('")],
    ['a network with host bits', 'bad_cidr', one('payload|cidr: 10.1.2.3/8')],
    ['a text in a numeric comparison', 'modifier_type', one('payload|lt: many')],
    ['null in a list', 'null_in_list', one('payload: [null, x]')],
    ['an empty list', 'empty_value', one('payload: []')],
    ['a condition that names nothing', 'unknown_identifier', aRule(`  s:\n    payload: x\n  condition: t`)],
    ['a pattern that selects nothing', 'empty_selector', aRule(`  s:\n    payload: x\n  condition: 1 of t*`)],
    ['an open parenthesis', 'condition_syntax', aRule(`  s:\n    payload: x\n  condition: (s`)],
    ['an aggregation', 'deprecated_aggregation', aRule(`  s:\n    payload: x\n  condition: s | count() > 5`)],
    [
      'a correlation where a rule is wanted',
      'document_unsupported',
      'title: t\ncorrelation: {type: event_count, rules: [a], timespan: 5m, condition: {gte: 3}}',
    ],
    [
      'a filter where a rule is wanted',
      'document_unsupported',
      'title: t\nlogsource: {product: x}\nfilter: {rules: [a], s: {a: b}, condition: not s}',
    ],
  ]
  test.each(cases)('%s: %s', (_, code, text) => {
    expect(errorOf(text).code).toBe(code)
  })
})

describe('a hostile rule is rejected in bounded time', () => {
  test.each([
    ['10 MiB', `title: ${'x'.repeat(10 * 1024 * 1024)}`],
    ['ten thousand brackets', `a: ${'['.repeat(10_000)}`],
    [
      'ten thousand nested maps',
      Array.from({ length: 10_000 }, (_, depth) => `${' '.repeat(Math.min(depth, 40))}a:`).join('\n'),
    ],
    [
      'aliases that expand exponentially',
      [
        'a: &a [x, x, x, x, x, x, x, x, x]',
        ...[...'bcdefgh'].map(
          (name, index) =>
            `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefg'.charAt(index)}`).join(', ')}]`,
        ),
      ].join('\n'),
    ],
    [
      'a condition of ten thousand parentheses',
      aRule(`  s:\n    payload: x\n  condition: ${'('.repeat(10_000)}s${')'.repeat(10_000)}`),
    ],
    ['a condition of ten thousand nots', aRule(`  s:\n    payload: x\n  condition: ${'not '.repeat(10_000)}s`)],
    ['a regular expression with nested repetitions', one("payload|re: '((a{100}){100}){100}'")],
  ])('%s', (_, text) => {
    expect(errorOf(text)).toBeInstanceOf(RuleError)
  })
})
