import { describe, expect, test } from 'vitest'
import { compileRules, lintRules, matchJson } from '../src/index.ts'

const HEAD = 'title: A rule\nid: r1\nstatus: stable\nlogsource: {product: x}\nfalsepositives: [none known]\n'
const lint = (text: string) => lintRules([{ file: null, text }])

/** Applies the suggested fix of the only problem to the marked range, and keeps its quotes. */
function mended(text: string): string {
  const [problem] = lint(text)
  const [, key, value] = /^Write (?:"(.*)"|'(.*)')\.$/.exec(problem?.mend ?? '') ?? []
  if (problem === undefined || (key === undefined && value === undefined))
    throw new Error(`No suggested fix for:\n${text}`)
  const lines = text.split('\n')
  const { line, column, endColumn } = problem.range
  const old = lines[line - 1] ?? ''
  const written = key ?? `'${value ?? ''}'`
  return lines.with(line - 1, `${old.slice(0, column - 1)}${written}${old.slice(endColumn - 1)}`).join('\n')
}

const ofSelection = (line: string) => `${HEAD}detection:\n  s:\n    ${line}\n  condition: s`

describe('applying a suggested fix yields a rule without problems that matches the same', () => {
  const texts = ['', 'foo', 'xfoox', 'FOO', 'foo.bar', 'fooxbar', 'a*b', 'aab', 'ab', 'a?b', String.raw`C:\cmd.exe`]
  texts.push(
    String.raw`\\srv`,
    String.raw`\srv`,
    String.raw`a\*b`,
    "it's",
    'its',
    'x\tfoo',
    'two\nlines\nfoo',
    'bar',
    'b|r',
    'TASK',
    'taſ\u212a',
    'É',
    'é',
    'FILE',
    'FİLE',
  )
  const events = [
    ...texts.map((a) => JSON.stringify({ a })),
    '{"a": 12}',
    '{"a": null}',
    '{"b": "foo"}',
    '{"a": ["x", "foo"]}',
  ]
  const matching = (text: string) => {
    const { ruleSet, problems } = compileRules(text)
    expect(problems).toEqual([])
    return events.filter((event) => matchJson(event, ruleSet).length > 0)
  }
  const lines = [
    'a|re: foo',
    'a|re: "foo"',
    "a|re: '^foo'",
    "a|re: 'foo$'",
    "a|re: '^foo$'",
    "a|re: '.*foo.*'",
    "a|re|i: '^foo$'",
    "a|re: '(?i)foo'",
    'a|re|i: task',
    "a|re: '^(é|FILE)$'",
    "a|re: '(?i)^(foo|a\\*b)$'",
    "a|re: 'foo|a\\?b|b\\|r'",
    "a|re: '\\\\\\\\srv'",
    "a|re: '\\\\srv'",
    "a|re: 'a\\\\\\*b'",
    'a|re: "it\'s"',
    'a|re: "\\t"',
    "a|re: '12'",
    "a|re|neq: 'foo'",
    "a|re: '.*'",
    "a|re|neq: '.*'",
    "a|contains: '*'",
    "a|contains: '**foo*'",
    "a|startswith: 'foo**'",
    "a|endswith: '*\\cmd.exe'",
    'a|endswith: "*\\\\cmd.exe"',
    "a|contains: '*it''s'",
    'a|contains: "*foo"',
  ]
  test.each(lines)('%s', (line) => {
    const before = ofSelection(line)
    const after = mended(before)
    expect(lint(after)).toEqual([])
    expect(matching(after)).toEqual(matching(before))
  })
})

describe('a typo has a suggested fix', () => {
  const cases: readonly (readonly [from: string, to: string])[] = [
    ['  s: {a|contain: foo}\n  condition: s', '  s: {a|contains: foo}\n  condition: s'],
    ['  s: {a: foo}\n  t: {a: bar}\n  condition: s && t', '  s: {a: foo}\n  t: {a: bar}\n  condition: s and t'],
    ['  select: {a: foo}\n  condition: selct', '  select: {a: foo}\n  condition: select'],
    ['  s: {a|contains|all: foo}\n  condition: s', '  s: {a|contains: foo}\n  condition: s'],
  ]
  test.each(cases)('%s', (from, to) => {
    const [problem] = lint(`${HEAD}detection:\n${from}`)
    const [, written = ''] = /^Write "(.*)"\.$/.exec(problem?.mend ?? '') ?? []
    expect(to).toContain(written)
    expect(lint(`${HEAD}detection:\n${to}`)).toEqual([])
  })
})
