import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { runRuleTests } from './run-rule-tests.ts'

const RULE = `
title: Whoami
id: whoami
logsource: {product: windows, category: process_creation}
detection:
  selection:
    CommandLine|contains: [whoami, 'net user', hostname]
    Image|endswith: '\\cmd.exe'
  other:
    - ParentImage|endswith: '\\w3wp.exe'
    - keyword
  filter:
    User: SYSTEM
  condition: (selection or other) and not filter
falsepositives: [none]
`

const BRUTE = `
title: Failed logon
id: failed
name: failed_logon
logsource: {product: windows}
detection:
  selection: {EventID: 4625}
  condition: selection
---
title: Many failed logons
id: many
correlation:
  type: event_count
  rules: [failed_logon]
  group-by: [User]
  timespan: 1m
  condition: {gte: 3}
`

function run(rules: string | Record<string, string>, cases: string, beside = 'a.yml') {
  const files = typeof rules === 'string' ? { 'a.yml': rules } : rules
  return runRuleTests(
    Object.entries(files).map(([file, text]) => ({ file, text })),
    [{ file: 'a.cases.yml', text: cases, beside }],
  )
}

describe('events of a test file', () => {
  test('pass if the rule matches each `match` event and no `no_match` event', () => {
    const { rules, problems, faults, untested } = run(
      RULE,
      `
match:
  - {CommandLine: whoami, Image: 'C:\\cmd.exe'}
no_match:
  - {CommandLine: whoami, Image: 'C:\\cmd.exe', User: system}
`,
    )
    expect({ problems, faults, untested }).toEqual({ problems: [], faults: [], untested: [] })
    expect(rules).toMatchObject([{ file: 'a.cases.yml', events: 2, failures: [] }])
  })

  test('that fail report their position, the expected result, and an explanation', () => {
    const { rules } = run(
      RULE,
      `match:
  - {CommandLine: whoami, Image: powershell.exe}
no_match:
  - {CommandLine: hostname, Image: cmd.exe}
  - {CommandLine: hostname, Image: '\\cmd.exe'}
`,
    )
    const [first, second, ...more] = rules[0]?.failures ?? []
    expect(more).toEqual([])
    expect(first).toMatchObject({ wanted: 'match', range: { line: 2, column: 5 }, explanation: { held: false } })
    expect(first?.explanation.selections[0]).toMatchObject({
      name: 'selection',
      body: { parts: [{ held: true }, { held: false, values: [{ found: { text: 'powershell.exe' } }] }] },
    })
    expect(second).toMatchObject({ wanted: 'no_match', range: { line: 5 }, explanation: { held: true } })
  })

  test('report the selections and alternatives that no event matched', () => {
    const { rules } = run(
      RULE,
      `
match:
  - {CommandLine: 'net user', Image: '\\cmd.exe'}
no_match:
  - {User: SYSTEM, CommandLine: whoami}
`,
    )
    expect(rules[0]?.coverage).toMatchObject([
      {
        name: 'selection',
        polarity: 'wanted',
        held: true,
        alternatives: 4,
        // Alternatives that only a `no_match` event matches do not count as covered.
        missed: [
          { field: 'CommandLine', modifiers: ['contains'], value: 0, pattern: 'whoami' },
          { field: 'CommandLine', value: 2, pattern: 'hostname' },
        ],
      },
      {
        name: 'other',
        held: false,
        alternatives: 2,
        missed: [{ field: 'ParentImage' }, { field: null, pattern: 'keyword' }],
      },
      { name: 'filter', polarity: 'excluded', held: true, missed: [] },
    ])
  })

  test('with a payload are entries routed by log source, and events given as text are exact JSON', () => {
    const rule = (logsource: string, search: string) =>
      `{title: x, id: x, logsource: ${logsource}, detection: {s: {${search}}, condition: s}}`
    const failures = (rule: string, cases: string) => run(rule, cases).rules[0]?.failures.length
    const entry = 'match: [{kind: tool_call, payload: {command: rm -rf}, attributes: {n: 1}}]'
    expect(failures(rule('{product: ai_agent, category: tool_call}', 'payload.command|contains: rm'), entry)).toBe(0)
    expect(failures(rule('{product: ai_agent, category: prompt}', 'payload.command|contains: rm'), entry)).toBe(1)
    expect(failures(rule('{product: ai_agent}', 'attributes.n: 1'), entry)).toBe(0)
    const big = rule('{product: windows}', "id: '90071992547409931234'")
    expect(failures(big, 'match: ["{\\"id\\": 90071992547409931234}", {id: 90071992547409931234}]')).toBe(0)
  })

  test('are suppressed by a filter in the same file but by no filter elsewhere', () => {
    const filter = `
title: Not the scanner
logsource: {product: windows}
filter:
  rules: [whoami]
  scanner: {Computer: scanner}
  condition: not scanner
`
    const cases = `no_match: [{CommandLine: whoami, Image: '\\cmd.exe', Computer: scanner}]`
    expect(run(`${RULE}\n---\n${filter}`, cases).rules[0]?.failures).toEqual([])
    expect(run({ 'a.yml': RULE, 'b.yml': filter }, cases).rules[0]?.failures).toHaveLength(1)
    const beside = run({ 'a.yml': RULE, 'b.yml': filter }, `rules: {whoami: {${cases}}}`, 'b.yml')
    expect(beside.rules[0]?.failures).toEqual([])
  })

  test('are listed under the name of their rule if the file has several rules', () => {
    const two = `${RULE}\n---\n${RULE.replaceAll('whoami', 'second').replace('Whoami', 'Second')}`
    const event = `[{CommandLine: second, Image: '\\cmd.exe'}]`
    expect(run(two, `match: ${event}`).faults).toMatchObject([{ message: expect.stringContaining('several rules') }])
    const { rules, untested } = run(two, `rules: {second: {match: ${event}}}`)
    expect(rules).toMatchObject([{ rule: { id: 'second' }, failures: [] }])
    expect(untested).toMatchObject([{ id: 'whoami' }])
    expect(run(two, `rules: {third: {match: ${event}}}`).faults).toMatchObject([
      { range: { line: 1, column: 9 }, message: expect.stringContaining('"third"') },
    ])
  })
})

describe('sequences of a test file', () => {
  const sequence = (fires: string) => `
sequences:
  - events:
      - {at: 0s, event: {EventID: 4625, User: bob}, times: 2, every: 10s}
      - {at: 15s, event: {EventID: 4625, User: eve}}
      - {at: 30s, event: {EventID: 4625, User: bob}}
    fires: ${fires}
`
  test('pass if each expected fire occurs at its event and no other does', () => {
    const { sequences, faults, untested } = run(BRUTE, sequence('[{rule: many, event: 4, group: {User: bob}}]'))
    expect(faults).toEqual([])
    expect(sequences).toMatchObject([{ file: 'a.cases.yml', events: 4, missing: [], unwanted: [] }])
    expect(untested).toMatchObject([{ id: 'failed' }])
  })

  test('report missing and unexpected fires', () => {
    const { sequences } = run(BRUTE, sequence('[{event: 3}]'))
    expect(sequences[0]).toMatchObject({
      missing: [{ event: 2, range: { line: 7 } }],
      unwanted: [{ event: 3, match: { correlationId: 'many' }, range: { line: 6 } }],
    })
    expect(run(BRUTE, sequence('[{event: 4, group: {User: eve}}]')).sequences[0]?.missing).toHaveLength(1)
    expect(run(BRUTE, sequence('[]')).sequences[0]?.unwanted).toHaveLength(1)
  })

  test('find the rules of a correlation in other files', () => {
    const [failed = '', many = ''] = BRUTE.split('---')
    const { sequences } = run({ 'a.yml': many, 'b.yml': failed }, sequence('[{event: 4}]'))
    expect(sequences).toMatchObject([{ missing: [], unwanted: [] }])
  })

  test('accept ISO 8601 times and durations', () => {
    const { sequences } = run(
      BRUTE,
      `
sequences:
  - events:
      - {at: '2026-01-01T10:00:00Z', event: {EventID: 4625, User: bob}, times: 2}
      - {at: '2026-01-01T10:01:01Z', event: {EventID: 4625, User: bob}}
    fires: []
`,
    )
    expect(sequences).toMatchObject([{ missing: [], unwanted: [] }])
  })
})

describe('an invalid test file', () => {
  test.each([
    ['matches: []', 'not "matches"', 1],
    ['match: {a: 1}', '"match" is a list', 1],
    ['match: [7]', 'An event is a map', 1],
    ['match: ["[1]"]', 'JSON object', 1],
    ['match:\n  - {payload: x, kind: shout}', '"kind" is one of', 2],
    ['match:\n  - {payload: x, attributes: text}', '"attributes" is a map', 2],
    ['sequences: [{events: []}]', '"fires"', 1],
    ['sequences:\n  - events: [{event: {a: 1}}]', '{at, event}', 2],
    ['sequences: [{events: [{at: soon, event: {a: 1}}], fires: []}]', '500ms, 90s', 1],
    ['sequences: [{events: [{at: 1s, event: {a: 1}, times: 0}], fires: []}]', 'from 1', 1],
    ['sequences: [{events: [{at: 1s, event: {a: 1}, times: 99999}], fires: []}]', 'caseEvents', 1],
    ['sequences: [{events: [{at: 1s, event: {a: 1}}], fires: [{event: 2}]}]', 'from 1 to 1', 1],
    ['match: [\n', '', 2],
    ['', 'no cases', 1],
    ['a: 1\n---\nb: 1', 'one document', 2],
    [
      `a: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefg'.replaceAll(
        /./g,
        (name, at: number) =>
          `${name}: &${name} [${Array(9)
            .fill(`*${'abcdef'[at] ?? ''}`)
            .join()}]\n`,
      )}`,
      'caseNodes',
      1,
    ],
  ])('%j is rejected with its line, and other files still run', (text, message, line) => {
    const { rules, faults } = runRuleTests(
      [{ file: 'a.yml', text: RULE }],
      [
        { file: 'bad.cases.yml', text, beside: 'a.yml' },
        { file: 'a.cases.yml', text: 'no_match: [{a: 1}]', beside: 'a.yml' },
      ],
    )
    expect(rules).toHaveLength(1)
    expect(faults).toMatchObject([
      { file: 'bad.cases.yml', message: expect.stringContaining(message), range: { line } },
    ])
  })

  test('for a rule that does not load says so', () => {
    const { faults, problems } = run('title: x', 'match: [{a: 1}]')
    expect(problems.some(({ severity }) => severity === 'error')).toBe(true)
    expect(faults).toMatchObject([{ message: expect.stringContaining('no rule that loads') }])
    expect(run(RULE, 'sequences: [{events: [{at: 1s, event: {a: 1}}], fires: []}]').faults).toMatchObject([
      { message: expect.stringContaining('no correlation') },
    ])
  })
})

describe('the built-in rules', () => {
  const folder = new URL('../builtin/', import.meta.url)
  const read = (file: string) => ({ file, text: readFileSync(new URL(file, folder), 'utf8') })
  const cases = readdirSync(folder).filter((name) => name.endsWith('.cases.yml'))

  test('all have test cases and pass them', () => {
    const report = runRuleTests(
      cases.map((name) => read(name.replace('.cases.yml', '.yml'))),
      cases.map((name) => ({ ...read(name), beside: name.replace('.cases.yml', '.yml') })),
    )
    expect({ problems: report.problems, faults: report.faults, untested: report.untested }).toEqual({
      problems: [],
      faults: [],
      untested: [],
    })
    expect(report.rules.flatMap(({ failures }) => failures)).toEqual([])
  })
})
