import { describe, expect, test } from 'vitest'
import { compileRules, createEvaluator } from '../src/index.ts'

const EVENT =
  'title: Any\nname: any\nlogsource: {product: test}\ndetection: {selection: {e: x}, condition: selection}\n'

/** Runs a correlation (given as lines) on events one second apart. Returns the group and value of each fire, or ''. */
function firesOf(lines: readonly string[], events: readonly string[]): readonly string[] {
  const correlation = [
    'title: K',
    'correlation:',
    ...['rules: any', 'timespan: 10s', ...lines].map((line) => `  ${line}`),
  ]
  const { ruleSet, problems } = compileRules(`${EVENT}---\n${correlation.join('\n')}\n`)
  expect(problems).toEqual([])
  const evaluator = createEvaluator(ruleSet, { timeOf: (read) => Number(read('t')[0]) })
  return events.map((fields, at) => {
    const { correlations } = evaluator.feed(`{"t": ${1_000 * at}, "e": "x", ${fields}}`, at)
    return correlations.map(({ group, reached }) => [...group.values(), reached.value].join(' ')).join()
  })
}

describe('the values that events share', () => {
  const pairs: readonly (readonly [string, string, string, string])[] = [
    ['texts', '"u": "a"', '"u": "a"', 'a 2'],
    ['texts in different case', '"u": "a"', '"u": "A"', ''],
    ['fields in different case', '"u": "a"', '"U": "a"', ''],
    ['a number and an equal text', '"u": 1', '"u": "1"', '1 2'],
    ['numbers beyond double precision', '"u": 9007199254740993', '"u": 9007199254740992', ''],
    ['a boolean and an equal text', '"u": true', '"u": "true"', 'true 2'],
    ['the empty text', '"u": ""', '"u": ""', ' 2'],
    ['null, which is not a value', '"u": null', '"u": null', ''],
    ['null and the text "null"', '"u": "null"', '"u": null', ''],
    ['nothing', '"v": 1', '"v": 1', ''],
    ['an object', '"u": {"v": 1}', '"u": {"v": 1}', ''],
    ['an empty list', '"u": []', '"u": []', ''],
    ['the first of a list', '"u": ["a", "b"]', '"u": "a"', 'a 2'],
    ['the second element of a list', '"u": ["a", "b"]', '"u": "b"', ''],
    ['the first of a list that begins with null', '"u": [null, "a"]', '"u": "a"', 'a 2'],
  ]
  test.each(pairs)('%s', (_, first, second, fires) => {
    expect(firesOf(['type: event_count', 'group-by: u', 'condition: {gte: 2}'], [first, second])).toEqual(['', fires])
  })

  test('can be in a list of objects or under a key with a dot', () => {
    const events = ['"u": [{"n": "a"}, {"n": "b"}]', '"u": {"n": "a"}', '"u.n": "a"']
    const condition = ['type: event_count', 'group-by: u.n', 'condition: {gte: 3}']
    expect(firesOf(condition, events)).toEqual(['', '', 'a 3'])
  })

  test('do not include inherited object properties', () => {
    const condition = ['type: event_count', 'group-by: constructor', 'condition: {gte: 1}']
    expect(firesOf(condition, ['"u": 1', '"__proto__": {"constructor": "x"}'])).toEqual(['', ''])
  })
})

test('null is not counted as a value', () => {
  const lines = ['type: value_count', 'condition: {field: u, gte: 2}']
  expect(firesOf(lines, ['"u": "a"', '"u": null', '"v": 1', '"u": "null"'])).toEqual(['', '', '', '2'])
})
