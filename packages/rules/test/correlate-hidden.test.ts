import { describe, expect, test } from 'vitest'
import { compileRuleSet, createEvaluator, readRules } from '../src/index.ts'

const rule = (name: string) =>
  `title: ${name}\nname: ${name}\nlogsource: {product: test}\ndetection: {selection: {e|contains: ${name}}, condition: selection}\n`
const correlation = (name: string, rules: string, more = '') =>
  `title: ${name}\nname: ${name}\n${more}correlation: {type: event_count, rules: ${rules}, timespan: 10s, condition: {gte: 1}}\n`

/** The visible matches of an event that rules `a` and `b` match, in a program that runs only some of the documents. */
function visible(documents: readonly string[], runs: (name: string) => boolean = () => true): readonly string[] {
  const library = readRules([{ file: null, text: [rule('a'), rule('b'), ...documents].join('---\n') }])
  expect(library.problems).toEqual([])
  const names = new Map([...library.rules, ...library.correlations].map(({ id, name }) => [id, name ?? '']))
  const rules = library.rules.filter(({ name }) => runs(name ?? ''))
  const correlations = library.correlations.filter(({ name }) => runs(name ?? ''))
  const evaluator = createEvaluator(compileRuleSet(rules, { correlations }), { timeOf: () => 0 })
  const evaluated = evaluator.feed('{"e": "a b"}', 0)
  return [
    ...evaluated.matches.flatMap(({ contributes, ruleId }) => (contributes ? [names.get(ruleId) ?? ''] : [])),
    ...evaluated.correlations.flatMap(({ contributes, correlationId }) =>
      contributes ? [names.get(correlationId) ?? ''] : [],
    ),
  ]
}

describe('a rule or correlation that another correlation refers to', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['is hidden by default', [correlation('k', '[a]')], ['b', 'k']],
    [
      'is visible if the correlation has a top-level "generate"',
      [correlation('k', '[a]', 'generate: true\n')],
      ['a', 'b', 'k'],
    ],
    [
      'is hidden unless all correlations that refer to it have "generate"',
      [correlation('k', '[a]', 'generate: true\n'), correlation('l', '[a]')],
      ['b', 'k', 'l'],
    ],
    [
      'is not affected by "generate" in a correlation of other rules',
      [correlation('k', '[a]'), correlation('l', '[b]', 'generate: true\n')],
      ['b', 'k', 'l'],
    ],
    [
      'is made visible only by correlations that refer to it directly',
      [correlation('k', '[a]'), correlation('l', '[k]', 'generate: true\n')],
      ['b', 'k', 'l'],
    ],
    [
      'is hidden as well if it is a correlation',
      [correlation('k', '[a]', 'generate: true\n'), correlation('l', '[k]')],
      ['a', 'b', 'l'],
    ],
    [
      'is hidden on both sides of a diamond',
      [correlation('k', '[a]'), correlation('l', '[a]'), correlation('m', '[k, l]')],
      ['b', 'm'],
    ],
  ])('%s', (_, documents, wanted) => {
    expect(visible(documents)).toEqual(wanted)
  })

  test('is visible if the correlation cannot run because another of its rules is disabled', () => {
    const documents = [correlation('k', '[a, b]'), correlation('l', '[k, a]')]
    expect(visible(documents)).toEqual(['l'])
    expect(visible(documents, (name) => name !== 'b')).toEqual(['a'])
  })
})
