import { describe, expect, test } from 'vitest'
import {
  compileRuleSet,
  matchJson,
  parseRule,
  readPipeline,
  readRules,
  RuleError,
  type CustomModifier,
  type ReadOptions,
} from '../src/index.ts'

const aWindowsRule = (detection: string) =>
  `title: t\nlogsource:\n  product: windows\n  category: process_creation\ndetection:\n${detection}`
const holds = (rule: string, event: unknown, options: ReadOptions) =>
  matchJson(JSON.stringify(event), compileRuleSet([parseRule(rule, options)])).length > 0

const PIPELINE = readPipeline(`
name: Windows to agents
transformations:
  - id: fields
    type: field_name_mapping
    mapping:
      Image: attributes.exe
      CommandLine: [payload.command, payload]
    rule_conditions:
      - type: logsource
        category: process_creation
  - type: change_logsource
    product: ai_agent
    category: tool_call
    rule_conditions:
      - type: logsource
        product: windows
        category: process_creation
`)
const options: ReadOptions = { pipeline: PIPELINE }

describe('a pipeline', () => {
  test('lets a rule written for other field names apply to entries', () => {
    const rule = aWindowsRule("  s:\n    Image|endswith: '\\curl.exe'\n    CommandLine|contains: evil\n  condition: s")
    expect(parseRule(rule, options).logsource).toEqual({ product: 'ai_agent', category: 'tool_call' })
    const attributes = { exe: 'C:\\curl.exe' }
    expect(holds(rule, { attributes, payload: { command: 'evil' } }, options)).toBe(true)
    expect(holds(rule, { attributes, payload: 'evil' }, options)).toBe(true)
    expect(holds(rule, { attributes, payload: 'good' }, options)).toBe(false)
    expect(holds(rule, { Image: '\\curl.exe', CommandLine: 'evil' }, options)).toBe(false)
  })

  test('maps a field to several, of which any can match, or none under neq', () => {
    const rule = aWindowsRule('  s:\n    CommandLine|neq: evil\n  condition: s')
    expect(holds(rule, { payload: { command: 'good' } }, options)).toBe(true)
    expect(holds(rule, { payload: { command: 'evil' } }, options)).toBe(false)
    expect(holds(rule, { payload: 'evil' }, options)).toBe(false)
  })

  test('maps a field reference too', () => {
    const rule = aWindowsRule('  s:\n    who|fieldref: Image\n  condition: s')
    expect(holds(rule, { who: 'x', attributes: { exe: 'x' } }, options)).toBe(true)
  })

  test('does not change rules of other log sources', () => {
    const rule = aWindowsRule('  s:\n    Image: x\n  condition: s').replace('process_creation', 'file_event')
    expect(parseRule(rule, options).logsource).toEqual({ product: 'windows', category: 'file_event' })
    expect(holds(rule, { Image: 'x' }, options)).toBe(true)
  })

  test('applies transformations in order, each to the previous result', () => {
    const pipeline = readPipeline(
      'transformations:\n  - {type: field_name_mapping, mapping: {a: b}}\n  - {type: field_name_prefix, prefix: payload.}\n',
    )
    const rule = aWindowsRule('  s:\n    a: x\n  k: [word]\n  condition: s and k')
    expect(holds(rule, { payload: { b: 'x', c: 'word' } }, { pipeline })).toBe(true)
  })

  test('maps filters and correlations like the rules that they name', () => {
    const text = `${aWindowsRule('  s:\n    Image: x\n  condition: s\nname: base')}
---
title: f
logsource: {product: windows, category: process_creation}
filter:
  rules: [base]
  s:
    Image: y
  condition: not s
---
title: c
correlation:
  type: value_count
  rules: [base]
  group-by: [Image, alias]
  aliases: {alias: {base: Image}}
  timespan: 5m
  condition: {field: Image, gte: 2}
`
    const { filters, correlations, problems } = readRules([{ file: null, text }], options)
    expect(problems).toEqual([])
    expect(filters[0]?.logsource).toEqual({ product: 'ai_agent', category: 'tool_call' })
    expect(correlations[0]).toMatchObject({
      groupBy: ['attributes.exe', 'alias'],
      fields: ['attributes.exe'],
      aliases: new Map([['alias', new Map([['base', 'attributes.exe']])]]),
    })
  })

  test('rejects a correlation grouped by a field that is mapped to several', () => {
    const text = `${aWindowsRule('  s:\n    Image: x\n  condition: s\nname: base')}
---
title: c
correlation: {type: event_count, rules: [base], group-by: [CommandLine], timespan: 5m, condition: {gte: 2}}
`
    expect(readRules([{ file: null, text }], options).problems).toMatchObject([
      { code: 'bad_correlation', path: 'correlation.group-by' },
    ])
  })

  test('makes a different rule of the same text than another pipeline does', () => {
    const rule = aWindowsRule('  s:\n    Image: x\n  condition: s')
    expect(parseRule(rule, options).hash).not.toBe(parseRule(rule).hash)
  })

  test.each<[string, string, string, string]>([
    [
      'an unknown transformation',
      'pipeline_unsupported',
      'transformations[0].type',
      'transformations: [{type: drop_detection_item}]',
    ],
    [
      'an unknown condition',
      'pipeline_unsupported',
      'transformations[0].rule_conditions[0].type',
      'transformations: [{type: field_name_prefix, prefix: a, rule_conditions: [{type: processing_state}]}]',
    ],
    [
      'an unknown key',
      'pipeline_unsupported',
      'finalizers',
      'finalizers: []\ntransformations: [{type: field_name_prefix, prefix: a}]',
    ],
    [
      'an unknown key of a transformation',
      'pipeline_unsupported',
      'transformations[0].field_name_conditions',
      'transformations: [{type: field_name_prefix, prefix: a, field_name_conditions: []}]',
    ],
    ['no transformation', 'bad_pipeline', 'transformations', 'name: x'],
    ['no mapping', 'bad_pipeline', 'transformations[0].mapping', 'transformations: [{type: field_name_mapping}]'],
    [
      'a field mapped to nothing',
      'bad_pipeline',
      'transformations[0].mapping.a',
      'transformations: [{type: field_name_mapping, mapping: {a: []}}]',
    ],
    [
      'a log source that names nothing',
      'bad_pipeline',
      'transformations[0]',
      'transformations: [{type: change_logsource}]',
    ],
    ['a list', 'not_a_map', '$', '- a'],
    ['nothing', 'not_a_map', '$', ''],
    ['two documents', 'several_documents', '$', 'a: b\n---\na: b'],
  ])('is rejected for %s, by name and position', (_, code, path, text) => {
    expect(() => readPipeline(text)).toThrow(expect.objectContaining({ name: 'RuleError', code, path }))
    expect(() => readPipeline(text)).toThrow(RuleError)
  })
})

describe('placeholders', () => {
  const placeholders = new Map([
    ['hosts', ['srv*', 'db01']],
    ['users', ['ann', 'bob']],
    ['empty', []],
  ])
  const rule = (search: string) => aWindowsRule(`  s:\n    ${search}\n  condition: s`)
  const matches = (search: string, value: string) => holds(rule(search), { f: value }, { placeholders })

  test.each([
    [
      'several values are alternatives, and wildcards work',
      "f|expand: '%hosts%'",
      ['SRV-17', 'db01'],
      ['ws1', '%hosts%'],
    ],
    [
      'several in one value are combined',
      "f|expand: '%users%@%hosts%'",
      ['ann@srv9', 'bob@db01'],
      ['ann@x', 'srv9@ann'],
    ],
    [
      'with all, each placeholder can match any of its values',
      "f|contains|all|expand: ['%users%', '-%hosts%']",
      ['ann -db01', 'bob -srv'],
      ['ann bob', '-db01'],
    ],
    ['under neq none of the values matches', "f|expand|neq: '%users%'", ['eve'], ['ann', 'bob']],
    [
      'values are inserted unchanged into an expression',
      "f|re|expand: '^(%users%)[0-9]$'",
      ['ann1', 'bob2'],
      ['ann', 'xann1'],
    ],
    ['an escaped percent sign is literal', String.raw`f|expand: '\%users%'`, ['%users%'], ['ann']],
    ['without expand, percent signs are literal', "f: '%users%'", ['%users%'], ['ann']],
  ])('%s', (_, search, yes, no) => {
    expect(yes.filter((value) => !matches(search, value))).toEqual([])
    expect(no.filter((value) => matches(search, value))).toEqual([])
  })

  test.each(['nosuch', 'empty'])('a placeholder without values is rejected by name: %s', (name) => {
    expect(() => parseRule(rule(`f|expand: 'a%${name}%'`), { placeholders })).toThrow(
      expect.objectContaining({ code: 'expand_unresolved', message: expect.stringContaining(`%${name}%`) }),
    )
  })
})

describe('a custom modifier', () => {
  const longerThan: CustomModifier = {
    name: 'longer_than',
    compile(value) {
      const most = Number(value)
      if (!Number.isInteger(most)) throw new Error('It takes a whole number.')
      return (text) => (text.length > most ? { start: most, end: text.length } : null)
    },
  }
  const options: ReadOptions = { modifiers: [longerThan] }
  const rule = (key: string, value: string) => aWindowsRule(`  s:\n    ${key}: ${value}\n  condition: s`)

  test('is applied to each text of its field and returns a place', () => {
    const ruleSet = compileRuleSet([parseRule(rule('f|longer_than', '3'), options)])
    expect(matchJson('{"f": "abc"}', ruleSet)).toEqual([])
    expect(matchJson('{"f": "abcde"}', ruleSet)[0]?.places).toEqual([{ field: 'f', pointer: '', start: 3, end: 5 }])
  })

  test('works with neq', () => {
    expect(holds(rule('f|longer_than|neq', '3'), { f: 'abc' }, options)).toBe(true)
    expect(holds(rule('f|longer_than|neq', '3'), { f: 'abcd' }, options)).toBe(false)
  })

  test('rejects a value with its own message, at the position of the value', () => {
    expect(() => parseRule(rule('f|longer_than', 'many'), options)).toThrow(
      expect.objectContaining({
        code: 'modifier_value',
        path: 'detection.s.f|longer_than',
        message: '"longer_than" refuses this value: It takes a whole number.',
        range: { line: 7, column: 20, endLine: 7, endColumn: 24 },
      }),
    )
  })

  test('is unknown unless the program registers it, because a document cannot contain code', () => {
    expect(() => parseRule(rule('f|longer_than', '3'))).toThrow(expect.objectContaining({ code: 'unknown_modifier' }))
  })

  test('cannot have the name of a Sigma modifier', () => {
    const contains: CustomModifier = { name: 'contains', compile: () => () => null }
    expect(() => parseRule(rule('f', 'x'), { modifiers: [contains] })).toThrow(
      'There is a modifier "contains" already.',
    )
  })

  test('cannot be combined with modifiers that change the text', () => {
    expect(() => parseRule(rule('f|contains|longer_than', '3'), options)).toThrow(
      expect.objectContaining({ code: 'modifier_conflict' }),
    )
  })
})
