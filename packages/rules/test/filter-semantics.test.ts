import { describe, expect, test } from 'vitest'
import { compileRules, createEvaluator } from '../src/index.ts'

const rule = (name: string, logsource = '{product: windows, category: process_creation}') =>
  `title: ${name}\nid: id-of-${name}\nname: ${name}\nlogsource: ${logsource}\ndetection: {selection: {A: 1}, condition: selection}\n`
/** A filter that suppresses events with `U: x` by default. */
const filter = (rules: string, given: { logsource?: string; selections?: string; condition?: string } = {}) =>
  [
    'title: F',
    `logsource: ${given.logsource ?? '{product: windows, category: process_creation}'}`,
    `filter: {rules: ${rules}, ${given.selections ?? 'selection: {U: x}'}, condition: ${given.condition ?? 'not selection'}}\n`,
  ].join('\n')

/** The rules that match the event and are not suppressed, and the correlations. */
function held(documents: readonly string[], fields: Readonly<Record<string, unknown>> = {}): readonly string[] {
  const { ruleSet, problems } = compileRules(documents.join('---\n'))
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([])
  const evaluator = createEvaluator(ruleSet, { timeOf: () => 0 })
  const { matches, correlations } = evaluator.feed(JSON.stringify({ A: 1, U: 'x', ...fields }), 0)
  return [...matches.filter(({ filteredBy }) => filteredBy === null), ...correlations].map(({ title }) => title)
}

describe('a filter applies to', () => {
  test.each<[string, readonly string[]]>([
    ['[id-of-one]', ['two']],
    ['[one]', ['two']],
    ['one', ['two']],
    ['[one, id-of-one]', ['two']],
    ['[one, two]', []],
    ['[gone, two]', ['one']],
    ['any', []],
    ['[any]', ['one', 'two']],
    ['[One]', ['one', 'two']],
    ['[ID-OF-ONE]', ['one', 'two']],
  ])('the rules named by %s', (rules, left) => {
    expect(held([rule('one'), filter(rules), rule('two')])).toEqual(left)
  })

  test.each<[string, string, readonly string[]]>([
    ['the same log source', '{product: windows, category: process_creation}', []],
    ['a broader one', '{product: windows}', []],
    ['a broader one with another key', '{category: process_creation}', []],
    ['a narrower one', '{product: windows, category: process_creation, service: sysmon}', ['one']],
    ['another product', '{product: linux, category: process_creation}', ['one']],
    ['a product in different case', '{product: Windows}', ['one']],
    ['a log source with a definition', '{product: windows, definition: audited}', []],
  ])('rules according to its log source: %s', (_, logsource, left) => {
    expect(held([rule('one'), filter('any', { logsource })])).toEqual(left)
    expect(held([filter('[one]', { logsource }), rule('one')])).toEqual(left)
  })

  test('a rule whose log source has one of its keys only if the filter has no other key', () => {
    expect(held([rule('one', '{product: windows}'), filter('[one]')])).toEqual(['one'])
    expect(held([rule('one', '{product: windows}'), filter('[one]', { logsource: '{product: windows}' })])).toEqual([])
  })

  test('rules, and never to a correlation that it names', () => {
    const correlation = (rules: string) =>
      `title: K\nname: k\ncorrelation: {type: event_count, rules: ${rules}, timespan: 5m, condition: {gte: 1}}\ngenerate: true\n`
    expect(held([rule('one'), correlation('[one]'), filter('[k]')])).toEqual(['one', 'K'])
    expect(held([rule('one'), correlation('[one]'), filter('any')])).toEqual([])
    expect(held([rule('one'), rule('two'), correlation('[one, two]'), filter('[one]')])).toEqual(['two', 'K'])
  })
})

describe('a filter with', () => {
  const selections = 'selection: {U: x}, other: {U: y, A: 1}, _base: {A: 1}'
  test.each<[string, Readonly<Record<string, unknown>>, boolean]>([
    ['not selection', { U: 'X' }, false],
    ['not selection', { U: undefined }, true],
    ['not (selection or other)', { U: 'y' }, false],
    ['not 1 of them', { U: 'y' }, false],
    ['not 1 of them', { U: 'z' }, true],
    ['not all of them', { U: 'x' }, true],
    ['not all of them', { U: ['x', 'y'] }, false],
    ['not 1 of o*', { U: 'x' }, true],
    ['_base and not other', { U: 'y' }, false],
    ['not selection or other', { U: ['x', 'y'] }, true],
    ['[not selection, not other]', { U: 'x' }, true],
    ['[not selection, not other]', { U: ['x', 'y'] }, false],
    ['selection', { U: 'x' }, true],
    ['selection', { U: 'y' }, false],
  ])('"%s" on %j leaves the rule matching: %s', (condition, fields, holds) => {
    expect(held([rule('one'), filter('[one]', { selections, condition })], fields)).toEqual(holds ? ['one'] : [])
  })

  test.each<[string, Readonly<Record<string, unknown>>]>([
    ['{U|contains|all: [a, b]}', { U: 'xBAx' }],
    ['{U|re: "^a.c$"}', { U: 'abc' }],
    ['{U|cidr: 10.0.0.0/8}', { U: '10.1.2.3' }],
    ['{U|fieldref: V}', { U: 'q', V: 'Q' }],
    ['{V|exists: true}', { V: '' }],
    ['{U|cased: Q}', { U: 'Q' }],
    ['{U|neq: q}', { U: 'x' }],
    ['{U|gte: 5}', { U: 5 }],
    ['{U: null}', { U: null }],
    ['{U: ""}', { U: '' }],
    ['{U|windash: "-x"}', { U: '/x' }],
    ['{U|base64offset|contains: secret}', { U: 'xxc2VjcmV0' }],
    ['[word]', { other: { deep: ['a WORD here'] } }],
    ['[{U: q}, {V: w}]', { V: 'w' }],
  ])('a selection that a rule can have: %s', (selection, fields) => {
    const documents = [rule('one'), filter('[one]', { selections: `selection: ${selection}` })]
    expect(held(documents, fields)).toEqual([])
    expect(held(documents, { U: 'q2', V: undefined, ...(selection.includes('neq') ? { U: 'q' } : {}) })).toEqual([
      'one',
    ])
  })

  test('its own selections does not affect those of the rule or of another filter', () => {
    const other = filter('[one]', { selections: 'selection: {V: y}' })
    const one =
      'title: one\nname: one\nlogsource: {product: windows, category: process_creation}\ndetection: {selection: {A: 1}, filter: {B: 1}, condition: all of them or selection and not filter}\n'
    const documents = [filter('[one]'), one, other]
    expect(held(documents, { U: 'z' })).toEqual(['one'])
    expect(held(documents, { U: 'x' })).toEqual([])
    expect(held(documents, { U: 'z', V: 'y' })).toEqual([])
  })
})
