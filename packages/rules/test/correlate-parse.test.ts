import { describe, expect, test } from 'vitest'
import { readRules } from '../src/index.ts'
import type { Correlation } from '../src/parse/rule.ts'

const RULES = ['a', 'b']
  .map(
    (name) =>
      `title: ${name}\nid: id-of-${name}\nname: ${name}\nlogsource: {product: test}\ndetection: {s: {f: ${name}}, condition: s}\n`,
  )
  .join('---\n')

/** Parses a correlation. Defaults to an event count of rule `a`; a null in `given` omits a key. */
function read(given: Readonly<Record<string, string | null>>) {
  const body = { type: 'event_count', rules: '[a]', timespan: '5m', condition: '{gte: 2}', ...given }
  const lines = Object.entries(body).flatMap(([key, value]) => (value === null ? [] : [`  ${key}: ${value}`]))
  const text = `${RULES}---\ntitle: K\ncorrelation:\n${lines.join('\n')}\n`
  const { correlations, problems } = readRules([{ file: null, text }])
  const told = problems.map(({ path, message, mend }) => ({ path, message, mend }))
  return { correlation: correlations[0] ?? null, told }
}

describe('a timespan', () => {
  test.each([
    ['1s', 1_000],
    ['90m', 5_400_000],
    ['24h', 86_400_000],
    ['"7d"', 604_800_000],
    ['104249991d', 104_249_991 * 86_400_000],
  ])('%s is parsed', (timespan, timespanMs) => {
    expect(read({ timespan })).toMatchObject({ correlation: { timespanMs }, told: [] })
  })

  test.each([
    ['5w', 'Write "35d".'],
    ['1h30m', 'Write "90m".'],
    ['1h30', 'Write "90m".'],
    ['5H', 'Write "5h".'],
    ['5 m', 'Write "5m".'],
    ['05m', 'Write "5m".'],
    ['5M', null],
    ['5y', null],
    ['5', null],
    ['5ms', null],
    ['0m', null],
    ['-5m', null],
    ['1.5h', null],
    ['m', null],
    ['null', null],
    ['[5m]', null],
    ['{m: 5}', null],
  ])('%s is rejected', (timespan, mend) => {
    expect(read({ timespan })).toEqual({
      correlation: null,
      told: [
        {
          path: 'correlation.timespan',
          message: 'A correlation needs a "timespan": a whole number above 0 and one of s, m, h and d, such as 5m.',
          mend,
        },
      ],
    })
  })

  test.each(['104249992d', '9007199254741s', '99999999999999999999999999d'])('%s is too long', (timespan) => {
    expect(read({ timespan }).told).toEqual([
      { path: 'correlation.timespan', message: 'A "timespan" has at most 104249991 days.', mend: null },
    ])
  })
})

describe('a condition', () => {
  test.each<[string, Correlation['condition']]>([
    ['{gte: 2}', [{ operator: 'gte', number: 2 }]],
    [
      '{gt: -1.5, lte: 2e3}',
      [
        { operator: 'gt', number: -1.5 },
        { operator: 'lte', number: 2_000 },
      ],
    ],
    [
      '{eq: "2", neq: 0x10}',
      [
        { operator: 'eq', number: 2 },
        { operator: 'neq', number: 16 },
      ],
    ],
    [
      '{gte: 3, lt: 3}',
      [
        { operator: 'gte', number: 3 },
        { operator: 'lt', number: 3 },
      ],
    ],
  ])('%s is parsed', (condition, wanted) => {
    expect(read({ condition })).toMatchObject({ correlation: { condition: wanted }, told: [] })
  })

  test.each([
    ['event_count', '{gte: three}', 'condition.gte', 'This must be a number.', null],
    ['event_count', '{gte: true}', 'condition.gte', 'This must be a number.', null],
    ['event_count', '{gte: .nan}', 'condition.gte', 'This must be a number.', null],
    ['event_count', '{gte: 1e999}', 'condition.gte', 'This must be a number.', null],
    ['event_count', '{gte: [2]}', 'condition.gte', 'This must be a number.', null],
    [
      'event_count',
      '{GTE: 2}',
      'condition.GTE',
      'The condition of event_count has no "GTE"; it has eq, neq, lt, lte, gt, gte.',
      'Write "gte".',
    ],
    [
      'event_count',
      '{field: U, gte: 2}',
      'condition.field',
      'The condition of event_count has no "field"; it has eq, neq, lt, lte, gt, gte.',
      null,
    ],
    [
      'value_sum',
      '{field: U, percentile: 5, gte: 2}',
      'condition.percentile',
      'The condition of value_sum has no "percentile"; it has eq, neq, lt, lte, gt, gte, field.',
      null,
    ],
    ['value_max', '{gte: 2}', 'condition.field', 'value_max needs the "field" of which it looks at the values.', null],
    [
      'value_min',
      '{field: [U, V], gte: 2}',
      'condition.field',
      'value_min takes one field; only value_count takes several.',
      null,
    ],
    [
      'value_percentile',
      '{field: U, percentile: 101, gte: 2}',
      'condition.percentile',
      'A percentile is from 0 to 100.',
      null,
    ],
    [
      'event_count',
      '{}',
      'condition',
      'The condition compares with eq, neq, lt, lte, gt, gte, at least one of them.',
      null,
    ],
    [
      'event_count',
      'null',
      'condition',
      'A correlation of type event_count needs a "condition": a map such as {gte: 10}.',
      null,
    ],
    [
      'temporal',
      'a and not b',
      'condition',
      'The condition of temporal is a map that counts its rules, such as {gte: 2}; without one all of them must be seen.',
      null,
    ],
  ])('of %s cannot be %s', (type, condition, path, message, mend) => {
    expect(read({ type, condition }).told).toEqual([{ path: `correlation.${path}`, message, mend }])
  })

  test.each(['temporal', 'temporal_ordered'])('of %s can be omitted or empty', (type) => {
    for (const condition of [null, 'null', ''])
      expect(read({ type, rules: '[a, b]', condition })).toMatchObject({ correlation: { condition: null }, told: [] })
  })
})

describe('a type', () => {
  test.each([
    ['Event_Count', 'Write "event_count".'],
    ['temporal-ordered', 'Write "temporal_ordered".'],
    ['value_median', 'Write "value_percentile", with "percentile: 50" in its condition.'],
    ['[event_count]', null],
  ])('that is %s is rejected, and keys that depend on it are not reported', (type, mend) => {
    expect(read({ type, condition: '{field: U, gte: 2}' }).told).toEqual([
      { path: 'correlation.type', message: expect.stringContaining('A correlation needs a "type"') as string, mend },
    ])
  })
})

test('an alias can name a rule by both its id and its name if both map to one field', () => {
  expect(read({ aliases: '{x: {a: y, id-of-a: y}}' }).told).toEqual([])
})

test.each([
  ['rules', '[a, a]', 'correlation.rules', 'The rule "a" stands here twice.'],
  ['rules', '[]', 'correlation.rules', '"rules" lists the ids or names of rules, at least one.'],
  ['rules', '[a, gone]', 'correlation.rules[1]', '"gone" is no id or name of a rule that was read.'],
  ['rules', '[a, {b: c}]', 'correlation.rules[1]', 'A rule is named by its id or its name.'],
  ['group-by', '{U: V}', 'correlation.group-by', 'A field is named by a text.'],
  ['group-by', '[U, null]', 'correlation.group-by[1]', 'A field is named by a text.'],
  ['aliases', '[x]', 'correlation.aliases', 'Aliases are a map: alias: {rule: field}.'],
  ['aliases', '{x: y}', 'correlation.aliases.x', 'Aliases are a map: alias: {rule: field}.'],
  ['aliases', '{x: {a: [y]}}', 'correlation.aliases.x.a', 'A field is named by a text.'],
  [
    'aliases',
    '{x: {b: y}}',
    'correlation.aliases.x.b',
    'The alias "x" names "b", which is none of the rules of this correlation.',
  ],
  [
    'aliases',
    '{x: {a: y, id-of-a: z}}',
    'correlation.aliases.x.id-of-a',
    'The alias "x" means two fields of "id-of-a", by its id and by its name.',
  ],
  ['generate', 'yes', 'correlation.generate', '"generate" is true or false.'],
  [
    'window',
    'tumbling',
    'correlation.window',
    'A correlation has no "window"; it has type, rules, group-by, timespan, condition, aliases, generate.',
  ],
])('%s cannot be %s', (key, value, path, message) => {
  expect(read({ [key]: value }).told).toMatchObject([{ path, message }])
})
