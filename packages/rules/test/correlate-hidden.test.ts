import { describe, expect, test } from 'vitest'
import { compileRuleSet, createEvaluator, readRules } from '../src/index.ts'

const rule = (name: string) =>
  `title: ${name}\nname: ${name}\nlogsource: {product: test}\ndetection: {selection: {e|contains: ${name}}, condition: selection}\n`
const correlation = (name: string, rules: string, more = '') =>
  `title: ${name}\nname: ${name}\n${more}correlation: {type: event_count, rules: ${rules}, timespan: 10s, condition: {gte: 1}}\n`

/** What becomes visible of an event for which rules `a` and `b` hold, in a program that runs only some of what was read. */
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

describe('a rule that a correlation refers to makes a match of its own', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['never, unless it is told to', [correlation('k', '[a]')], ['b', 'k']],
    ['where "generate" stands at the top', [correlation('k', '[a]', 'generate: true\n')], ['a', 'b', 'k']],
    [
      'where all that refer to it say so',
      [correlation('k', '[a]', 'generate: true\n'), correlation('l', '[a]')],
      ['b', 'k', 'l'],
    ],
    [
      'whatever one says that refers to another',
      [correlation('k', '[a]'), correlation('l', '[b]', 'generate: true\n')],
      ['b', 'k', 'l'],
    ],
    [
      'by what refers to it, not by what refers to that',
      [correlation('k', '[a]'), correlation('l', '[k]', 'generate: true\n')],
      ['b', 'k', 'l'],
    ],
    [
      'and so does a correlation',
      [correlation('k', '[a]', 'generate: true\n'), correlation('l', '[k]')],
      ['a', 'b', 'l'],
    ],
    [
      'on both sides of a diamond',
      [correlation('k', '[a]'), correlation('l', '[a]'), correlation('m', '[k, l]')],
      ['b', 'm'],
    ],
  ])('%s', (_, documents, wanted) => {
    expect(visible(documents)).toEqual(wanted)
  })

  test('where the correlation cannot be run, since another of its rules is disabled', () => {
    const documents = [correlation('k', '[a, b]'), correlation('l', '[k, a]')]
    expect(visible(documents)).toEqual(['l'])
    expect(visible(documents, (name) => name !== 'b')).toEqual(['a'])
  })
})
