import { describeShared, sharedLines } from '@sentinelmesh/test-inputs'
import { describe, expect, test } from 'vitest'
import { BUILTIN_RULES } from '../src/builtin/index.ts'
import { lintRules, readRules, type ProblemCode } from '../src/index.ts'

const HEAD = 'title: A rule\nid: r1\nstatus: stable\nlogsource:\n  product: ai_agent\nfalsepositives:\n  - none known\n'
const rule = (detection: string, head = HEAD) => `${head}detection:\n${detection}\n`
const lint = (...texts: readonly string[]) =>
  lintRules(texts.map((text, index) => ({ file: `${index + 1}.yml`, text })))
const lintForAgents = (text: string) => lintRules([{ file: '1.yml', text }], { agents: true })
const PROCESS_HEAD = HEAD.replace('product: ai_agent', 'category: process_creation')

test('a clear rule has no problems', () => {
  expect(lint(rule("  s:\n    payload|contains: 'rm -rf'\n  f:\n    sender: admin\n  condition: s and not f"))).toEqual(
    [],
  )
})

test('the built-in rules have no problems', () => {
  const sources = BUILTIN_RULES.map(({ id, text }) => ({ file: `${id}.yml`, text }))
  expect(lintRules(sources, { agents: true })).toEqual([])
})

describe('suspicious but valid constructs are reported with a position and a fix if one is known', () => {
  const cases: readonly (readonly [
    what: string,
    code: ProblemCode,
    path: string,
    mend: string | RegExp | null,
    text: string,
  ])[] = [
    [
      'a selection that the condition does not use',
      'unused_selection',
      'detection.t',
      /Name it/,
      rule('  s: {a: b}\n  t: {a: c}\n  condition: s'),
    ],
    [
      'only negations',
      'always_true',
      'detection.condition',
      /selection and not filter/,
      rule('  s: {a: b}\n  condition: not s'),
    ],
    [
      'negations of a pattern',
      'always_true',
      'detection.condition',
      /selection and not filter/,
      rule('  f_1: {a: b}\n  f_2: {a: c}\n  condition: not 1 of f_*'),
    ],
    [
      'a selection or its negation',
      'always_true',
      'detection.condition',
      null,
      rule('  s: {a: b}\n  condition: s or not s'),
    ],
    [
      'a selection and its negation',
      'never_true',
      'detection.condition',
      null,
      rule('  s: {a: b}\n  condition: s and not s'),
    ],
    [
      'a regular expression for a plain text',
      'regex_not_needed',
      'detection.s.a|re',
      `Write "a|contains|cased: 'foo.bar'".`,
      rule("  s:\n    a|re: '.*foo\\.bar.*'\n  condition: s"),
    ],
    [
      'a case-insensitive expression for the start of a value',
      'regex_not_needed',
      'detection.s.a|re|i',
      `Write "a|startswith: 'foo'".`,
      rule("  s:\n    a|re|i: '^foo'\n  condition: s"),
    ],
    [
      'an expression for the end of a value',
      'regex_not_needed',
      'detection.s.a|re|i',
      `Write "a|endswith: '\\*'".`,
      rule("  s:\n    a|re|i: '\\*$'\n  condition: s"),
    ],
    [
      'an expression for the whole value',
      'regex_not_needed',
      'detection.s.a|re',
      `Write "a|cased: 'foo'".`,
      rule("  s:\n    a|re: '^foo$'\n  condition: s"),
    ],
    [
      'several expressions for plain texts',
      'regex_not_needed',
      'detection.s.a|re',
      `Write "a|contains|cased: ['foo', 'bar']".`,
      rule('  s:\n    a|re: [foo, bar]\n  condition: s'),
    ],
    [
      'a star at both ends of contains',
      'wildcard_not_needed',
      'detection.s.a|contains',
      "Write 'foo*bar'.",
      rule("  s:\n    a|contains: '*foo*bar*'\n  condition: s"),
    ],
    [
      'a star at the open end of startswith',
      'wildcard_not_needed',
      'detection.s.a|startswith',
      "Write '*foo'.",
      rule("  s:\n    a|startswith: '*foo*'\n  condition: s"),
    ],
    [
      'stars around a keyword',
      'wildcard_not_needed',
      'detection.s[0]',
      "Write 'foo'.",
      rule("  s:\n    - '*foo*'\n  condition: s"),
    ],
    [
      'a contains value of one letter',
      'contains_too_short',
      'detection.s.a|contains',
      null,
      rule('  s:\n    a|contains: x\n  condition: s'),
    ],
    [
      'a rule without a list of false positives',
      'missing_falsepositives',
      'falsepositives',
      /Add/,
      rule('  s: {a: b}\n  condition: s', 'title: t\nid: r1\nlogsource: {product: x}\n'),
    ],
    [
      'a rule without an id',
      'missing_id',
      'id',
      /Add/,
      rule('  s: {a: b}\n  condition: s', 'title: t\nfalsepositives: [none]\nlogsource: {product: x}\n'),
    ],
    [
      'a deprecated rule',
      'status_not_for_use',
      'status',
      null,
      rule('  s: {a: b}\n  condition: s', HEAD.replace('stable', 'deprecated')),
    ],
    [
      'a misspelled key of Sigma',
      'misspelt_key',
      'levle',
      'Write "level".',
      rule('  s: {a: b}\n  condition: s', `${HEAD}levle: high\n`),
    ],
    [
      'false positives under a misspelled key',
      'misspelt_key',
      'falsepositive',
      'Write "falsepositives".',
      rule('  s: {a: b}\n  condition: s', HEAD.replace('falsepositives', 'falsepositive')),
    ],
    [
      'a log source with a misspelled key',
      'misspelt_key',
      'logsource.categroy',
      'Write "category".',
      rule('  s: {a: b}\n  condition: s', HEAD.replace('product: ai_agent', 'product: ai_agent\n  categroy: prompt')),
    ],
    [
      'meaningless false positives',
      'missing_falsepositives',
      'falsepositives',
      /Add/,
      rule('  s: {a: b}\n  condition: s', HEAD.replace('  - none known', "  - ''")),
    ],
    [
      'a duplicate value',
      'repeated_value',
      'detection.s.a|contains',
      'Take one of them out.',
      rule('  s:\n    a|contains: [foo, bar, FOO]\n  condition: s'),
    ],
    [
      'a selection that "them" skips',
      'unused_selection',
      'detection._t',
      /"them" and patterns pass over/,
      rule('  s: {a: b}\n  _t: {a: c}\n  condition: 1 of them'),
    ],
    [
      'a regular expression for several texts',
      'regex_not_needed',
      'detection.s.a|re',
      `Write "a|contains: ['foo', 'b|r']".`,
      rule("  s:\n    a|re: '(?i)(?:foo|b\\|r)'\n  condition: s"),
    ],
    [
      'a lone star',
      'matches_anything',
      'detection.s.a|contains',
      `Write "a: '*'".`,
      rule("  s:\n    a|contains: '**'\n  condition: s"),
    ],
    [
      'an expression that matches any text',
      'matches_anything',
      'detection.s.a|re',
      `Write "a: '*'".`,
      rule("  s:\n    a|re: '.*'\n  condition: s"),
    ],
    [
      'an expression among others that matches any text',
      'matches_anything',
      'detection.s.a|re',
      null,
      rule("  s:\n    a|re: ['.*', 'fo+']\n  condition: s"),
    ],
    [
      'a filter without negation',
      'filter_without_not',
      'filter.condition',
      'Write "not s" to leave it out.',
      'title: f\nid: f1\nlogsource: {product: x}\nfilter:\n  rules: any\n  s: {a: b}\n  condition: s',
    ],
    [
      'a filter for missing rules',
      'filter_of_nothing',
      'filter.rules[0]',
      null,
      'title: f\nid: f1\nlogsource: {product: x}\nfilter:\n  rules: [none]\n  s: {a: b}\n  condition: not s',
    ],
    [
      'a date in the old format',
      'old_metadata',
      'date',
      'Write "2023-01-02".',
      rule('  s: {a: b}\n  condition: s', `${HEAD}date: 2023/01/02\n`),
    ],
    [
      'an old relation type',
      'old_metadata',
      'related[0]',
      'Write "obsolete".',
      rule('  s: {a: b}\n  condition: s', `${HEAD}related: [{id: x, type: obsoletes}]\n`),
    ],
    [
      'a timeframe',
      'timeframe_ignored',
      'detection.timeframe',
      null,
      rule('  s: {a: b}\n  timeframe: 5m\n  condition: s'),
    ],
  ]
  test.each([
    ['s: {Image: a, IntegrityLevel: System}', 's', true],
    ['s: {LogonId: 1}\n  t: {Hashes: a}', '1 of them', true],
    ['s: {Image: a}\n  t: {LogonId: 1}', 's and not t', false],
    ['s: {Image: a}\n  t: {LogonId: 1}', 's or t', false],
    ['s: {Image: a, LogonId: null}', 's', false],
    ['s: {Image: a, ProcessId|exists: false}', 's', false],
    ['s: {Image: a, ProcessId|neq: 4}', 's', false],
  ])(
    'a rule never matches an agent if it requires a field that agents cannot provide: %s, %s',
    (selections, condition, never) => {
      const text = rule(`  ${selections}\n  condition: ${condition}`, PROCESS_HEAD)
      const found = lintForAgents(text).filter(({ code }) => code === 'never_true')
      expect(found.map(({ path }) => path)).toEqual(never ? ['detection.condition'] : [])
    },
  )

  test.each(cases)('%s: %s', (_, code, path, mend, text) => {
    const problems = lint(text)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatchObject({ code, path, severity: 'warning', file: '1.yml' })
    expect(problems[0]?.mend ?? '').toMatch(mend ?? /^$/)
  })
})

test('fields that agents cannot provide are reported only if the rules are for agents', () => {
  const text = rule('  s:\n    - Hashes|contains: abc\n    - Image: a\n  condition: s', PROCESS_HEAD)
  expect(lintForAgents(text)).toMatchObject([
    { code: 'field_unavailable', path: 'detection.s[0].Hashes|contains', severity: 'warning', file: '1.yml' },
  ])
  expect(lint(text)).toEqual([])
  expect(lint(rule('  s: {LogonId: 1}\n  condition: s', PROCESS_HEAD))).toEqual([])
})

describe('rules for agents are held to the contexts of their families', () => {
  const head = (category: string, family: string) =>
    `title: t\nid: t-1\nfalsepositives: [none]\nlogsource: {${category}}\nlevel: low\nsentinelmesh: {family: ${family}}\n`
  const context = (text: string) => lintForAgents(text).filter(({ code }) => code === 'wrong_context')

  test('a rule about commands that also matches documents is reported at its log source', () => {
    const text = `${head('product: ai_agent', 'persistence')}detection:\n  s: {payload|contains: crontab}\n  condition: s\n`
    expect(context(text)).toMatchObject([
      { path: 'logsource', severity: 'warning', message: expect.stringContaining('tool_result') },
    ])
    expect(lint(text)).toEqual([])
  })

  test.each([
    ['product: ai_agent, category: tool_call', 'persistence', 's: {payload|contains: crontab}', 's'],
    ['product: ai_agent', 'persistence', 's: {payload|contains: crontab, kind: tool_call}', 's'],
    ['category: action', 'persistence', 's: {Does: schedules}', 's'],
    ['product: ai_agent', 'family-of-ours', 's: {payload|contains: crontab}', 's'],
  ])('%s with the family %s and %s is not', (source, family, selection, condition) => {
    expect(context(`${head(source, family)}detection:\n  ${selection}\n  condition: ${condition}\n`)).toEqual([])
  })
})

test('parts that may be any distance apart are reported only if the rules are for agents', () => {
  const text = rule("  s:\n    payload|re: 'net[\\s\\S]*?exec'\n  condition: s")
  expect(lintForAgents(text)).toMatchObject([{ code: 'unbounded_gap', severity: 'warning', file: '1.yml' }])
  expect(lint(text)).toEqual([])
})

test('an unused alias is reported', () => {
  const correlation =
    'title: c\nid: c1\nfalsepositives: [none]\ncorrelation:\n  type: temporal\n  rules: [r1]\n  timespan: 5m\n  aliases: {x: {r1: a}}'
  expect(lint(rule('  s: {a: b}\n  condition: s'), correlation)).toMatchObject([
    { code: 'alias_unused', path: 'correlation.aliases.x', file: '2.yml', ruleId: 'c1' },
  ])
})

test('intended constructs are not reported: short texts, selections named by a pattern, expressions', () => {
  expect(
    lint(
      rule(
        "  s_1:\n    payload|contains: '\u{1F600}'\n  s_2:\n    payload|contains|all: [a, b]\n  s_3:\n    payload|re: 'fo+'\n  s_4:\n    payload|re|m: '^foo$'\n  s_5:\n    payload|contains: 'a\\*'\n  condition: 1 of s_*",
      ),
    ),
  ).toEqual([])
})

test('a problem in an aliased value is reported once, at the anchor', () => {
  const text = rule(
    "  s: &s\n    a|contains: &v ['*foo', x1]\n  t:\n    b|contains: *v\n  u: *s\n  condition: s or t or u",
  )
  expect(lint(text)).toMatchObject([{ code: 'wildcard_not_needed', range: { line: 10, column: 21 } }])
})

test('a YAML syntax error is reported in terms that rule authors know', () => {
  const slips: readonly (readonly [line: string, message: RegExp])[] = [
    ['description: Bad: a colon', /": " is put in quotes/],
    ['author: @me', /begins with @ is put in quotes/],
    ['author: "C:\\Users"', /\\U is no escape.*single quotes/],
    ["author: 'it's'", /written twice/],
    ['author: "open', /not closed/],
    ['tags: [a.b, c.d', /not closed/],
    ['fields:\n\t- a', /blanks, not with tabs/],
    ['author:me\ndate: x', /a colon and a blank/],
  ]
  for (const [line, message] of slips) {
    const [problem, ...others] = lint(rule('  s: {a: b}\n  condition: s', `${line}\n${HEAD}`))
    expect([line, problem?.code, others.length]).toEqual([line, 'yaml_syntax', 0])
    expect(problem?.message).toMatch(message)
    expect(problem?.message).toMatch(/^[A-Z].*\.$/)
  }
})

test('a problem has its source position, and an error in one document does not hide others', () => {
  const text = `${rule('  s: {a: b}\n  t: {a: c}\n  condition: s')}---\ntitle: [\n---\n${rule('  s:\n    a|contain: b\n  condition: s').replace('r1', 'r2')}`
  expect(
    lint(text).map(({ code, severity, range, mend }) => ({
      code,
      severity,
      line: range.line,
      column: range.column,
      mend,
    })),
  ).toEqual([
    {
      code: 'unused_selection',
      severity: 'warning',
      line: 10,
      column: 3,
      mend: 'Name it in the condition, or take it out.',
    },
    { code: 'yaml_syntax', severity: 'error', line: 14, column: 1, mend: null },
    { code: 'unknown_modifier', severity: 'error', line: 24, column: 5, mend: 'Write "contains".' },
  ])
})

test('of two documents with the same id, the second is rejected and names the file of the first', () => {
  const text = rule('  s: {a: b}\n  condition: s')
  expect(lint(text, text)).toMatchObject([
    {
      code: 'duplicate_id',
      severity: 'error',
      file: '2.yml',
      path: 'id',
      message: expect.stringContaining('line 1 of 1.yml'),
    },
  ])
})

interface LoadCase {
  readonly id: string
  readonly yaml: string
  readonly category?: string
  readonly path?: string
  readonly strict?: boolean
}
const faults = sharedLines<LoadCase>('sigma/load_cases.jsonl').filter(({ strict }) => strict)

describeShared('metadata faults of rules', { needs: ['sigma/load_cases.jsonl'], tests: 7 }, () => {
  test.each(faults)('lint rejects $id', ({ yaml, category, path }) => {
    const errors = lintRules([{ file: null, text: yaml }]).filter(({ severity }) => severity === 'error')
    expect(errors.map((error) => ({ category: error.code.replaceAll('_', '-'), path: error.path }))).toEqual([
      { category, path },
    ])
    expect(readRules([{ file: null, text: yaml }]).rules).toHaveLength(1)
  })
})
