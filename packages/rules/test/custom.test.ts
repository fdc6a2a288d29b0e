import { describe, expect, test } from 'vitest'
import {
  compileRules,
  compileRuleSet,
  createEvaluator,
  explain,
  matchEntry,
  matchJson,
  readRules,
  type CompileOptions,
  type CustomEvaluator,
  type CustomModifier,
} from '../src/index.ts'
import { combine } from '../src/risk.ts'
import { aRule, jsonEntry, textEntry } from './entries.ts'

/** `field|longer_than: 5` */
const longerThan: CustomModifier = {
  name: 'longer_than',
  compile(value) {
    const limit = Number(value)
    if (!Number.isInteger(limit)) throw new Error('it takes a whole number.')
    return (text) => (text.length > limit ? { start: limit, end: text.length } : null)
  },
}

/** Finds a word that is repeated immediately. */
const repeatedWord: CustomEvaluator = {
  id: 'repeated-word',
  title: 'A word twice in a row',
  level: 'low',
  points: 15,
  family: 'style',
  logsource: { product: 'ai_agent' },
  fields: ['payload'],
  version: '1',
  evaluate(event) {
    const places = event.leavesOf('payload').flatMap((leaf) => {
      const found = /\b(\w+) \1\b/.exec(leaf.text)
      return found === null ? [] : [{ leaf, start: found.index, end: found.index + found[0].length }]
    })
    return places.length > 0 ? places : null
  },
}

const compile = (text: string, options: CompileOptions) => {
  const { ruleSet, problems } = compileRules(text, options)
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([])
  return ruleSet
}

describe('a custom modifier', () => {
  const options = { modifiers: [longerThan] }
  const rule = (search: string) => aRule(`  s:\n    ${search}\n  condition: s`)

  test('is applied to each text of the field and returns the matched part', () => {
    const rules = compile(rule('payload.a|longer_than: 3'), options)
    expect(matchEntry(jsonEntry('{"a":["xyz","tuvwxyz"]}'), rules)[0]?.places).toEqual([
      { field: 'payload', pointer: '/a/1', start: 3, end: 7 },
    ])
    expect(matchEntry(jsonEntry('{"a":"xyz","b":"longer"}'), rules)).toEqual([])
  })

  test('works with all and neq', () => {
    const matches = (search: string, payload: string) =>
      matchEntry(jsonEntry(payload), compile(rule(search), options)).length
    expect(matches('payload.a|longer_than|all: [2, 4]', '{"a":"xyz"}')).toBe(0)
    expect(matches('payload.a|longer_than|all: [2, 4]', '{"a":"vwxyz"}')).toBe(1)
    expect(matches('payload.a|longer_than|neq: 3', '{"a":"xyz"}')).toBe(1)
  })

  test('is unknown unless the program registers it, because a document cannot define one', () => {
    expect(readRules([{ file: 'a.yml', text: rule('payload|longer_than: 3') }]).problems).toMatchObject([
      { file: 'a.yml', code: 'unknown_modifier', path: 'detection.s.payload|longer_than' },
    ])
  })

  test('rejects a value with its own message, at the position of the value', () => {
    const { rules, problems } = readRules([{ file: null, text: rule('payload|longer_than: many') }], options)
    expect(rules).toEqual([])
    expect(problems).toMatchObject([{ code: 'modifier_value', range: { line: 6 } }])
    expect(problems[0]?.message).toContain('it takes a whole number.')
  })

  test('is explained like any other, whether or not it matches', () => {
    const { rules } = readRules([{ file: null, text: rule('payload|longer_than: 3') }], options)
    const [parsed] = rules
    expect(parsed && explain(parsed, textEntry('abcd')).held).toBe(true)
    expect(parsed && explain(parsed, textEntry('abc')).held).toBe(false)
  })

  test('is applied only once per text if the rule does not match', () => {
    let asked = 0
    const counting: CustomModifier = {
      name: 'counting',
      compile: () => () => {
        asked++
        return { start: 0, end: 1 }
      },
    }
    const text = aRule('  s:\n    payload|counting: x\n  t:\n    payload|re: z+$\n  condition: s and t')
    const rules = compile(text, { modifiers: [counting] })
    expect(matchEntry(textEntry('abc z.'), rules)).toEqual([])
    expect(asked).toBeLessThanOrEqual(1)
  })
})

describe('a custom evaluator', () => {
  const rules = compile(aRule('  s:\n    payload|contains: hello\n  condition: s', 'id: hello'), {
    custom: [repeatedWord],
  })

  test('matches like a rule, with an id, points and places', () => {
    const matches = matchEntry(textEntry('say hello hello'), rules)
    expect(matches.map(({ ruleId }) => ruleId).toSorted()).toEqual(['hello', 'repeated-word'])
    expect(matches.find(({ ruleId }) => ruleId === 'repeated-word')).toMatchObject({
      level: 'low',
      points: 15,
      family: 'style',
      contributes: true,
      places: [{ field: 'payload', pointer: null, start: 4, end: 15 }],
    })
    expect(combine({ matches, reportedRisk: null }).contributions.map(({ family }) => family)).toEqual([
      'hello',
      'style',
    ])
  })

  test('applies to entries of its log source and to events without one', () => {
    expect(matchEntry(textEntry('a a', { logsource: { product: 'windows' } }), rules)).toEqual([])
    expect(matchEntry(textEntry('a a'), rules)).toHaveLength(1)
    expect(matchJson('{"payload":"a a"}', rules)).toHaveLength(1)
  })

  test('can be suppressed by a filter', () => {
    const text = [
      'title: Not in chats',
      'id: no-chats',
      'logsource: {product: ai_agent}',
      'filter:',
      '  rules: [repeated-word]',
      '  chat:',
      '    context: chat',
      '  condition: not chat',
    ].join('\n')
    const ruleSet = compile(text, { custom: [repeatedWord] })
    const [match] = matchEntry(textEntry('a a', { context: 'chat' }), ruleSet)
    expect([match?.filteredBy, match?.contributes]).toEqual(['no-chats', false])
    expect(matchEntry(textEntry('a a'), ruleSet)[0]?.filteredBy).toBe(null)
  })

  test('feeds correlations that refer to it, through the fields of their aliases', () => {
    const text = [
      'title: Three times',
      'name: three',
      'correlation:',
      '  type: event_count',
      '  rules: [repeated-word]',
      '  timespan: 1m',
      '  group-by: [who]',
      '  aliases: {who: {repeated-word: sender}}',
      '  condition: {gte: 3}',
    ].join('\n')
    expect(compileRules(text).problems).toMatchObject([{ code: 'unknown_rule', path: 'correlation.rules[0]' }])
    const { feed } = createEvaluator(compile(text, { custom: [repeatedWord] }), {
      timeOf: (read) => Number(read('t')[0]),
    })
    const fired = ['x', 'y', 'x', 'x'].map(
      (sender, t) => feed(JSON.stringify({ payload: 'a a', sender, t }), t).correlations,
    )
    expect(fired.map((each) => each.map(({ group }) => group.get('who')))).toEqual([[], [], [], ['x']])
  })

  test('cannot take the id of a document', () => {
    const text = aRule('  s:\n    payload: x\n  condition: s', 'id: repeated-word')
    expect(() => compileRules(text, { custom: [repeatedWord] })).toThrow(
      expect.objectContaining({ code: 'duplicate_id' }),
    )
  })

  test('changes the hash of the rule set with its version', () => {
    const hash = (version: string) => compileRuleSet([], { custom: [{ ...repeatedWord, version }] }).hash
    expect(hash('1')).toBe(hash('1'))
    expect(hash('1')).not.toBe(hash('2'))
  })

  test('can only read the fields that it declares', () => {
    const asking: CustomEvaluator = {
      ...repeatedWord,
      evaluate: (event) => event.leavesOf('sender').map(() => never()),
    }
    const never = () => {
      throw new Error('Not reached')
    }
    expect(() => matchEntry(textEntry('x'), compileRuleSet([], { custom: [asking] }))).toThrow(
      'The evaluator does not name "sender" among its fields.',
    )
  })
})
