import { expect, test } from 'vitest'
import { compileRules, evaluateJson, matchJson, matchObject } from '../src/index.ts'

const { ruleSet } = compileRules(`title: A rule
logsource: {product: test}
detection:
  s: {a.b: x, 'n|gt': 1}
  condition: s
`)
const EVENT = { a: { b: ['y', 'X'] }, n: 2, left: undefined, at: new Date(0) }
/** A value that TypeScript would refuse. */
const anything = (value: unknown) => value as never

test('an object in memory matches as its JSON text does', () => {
  const matches = matchObject(EVENT, ruleSet, { product: 'test' })
  expect(matches).toHaveLength(1)
  expect(matches).toEqual(matchJson(JSON.stringify(EVENT), ruleSet))
  expect(matchObject(EVENT, ruleSet, { product: 'other' })).toEqual([])
})

test.each([
  [
    'an object',
    EVENT,
    'The event must be the text of a JSON object, but it is an object. Pass objects to matchObject, one by one.',
  ],
  [
    'an array',
    [EVENT],
    'The event must be the text of a JSON object, but it is an array. Pass objects to matchObject, one by one.',
  ],
  [
    'nothing',
    undefined,
    'The event must be the text of a JSON object, but it is undefined. Pass objects to matchObject, one by one.',
  ],
  [
    'an array as text',
    ` ${JSON.stringify([EVENT])}`,
    'The event must be the text of a JSON object, but it is an array. Pass its elements one by one.',
  ],
])('matchJson refuses %s in a sentence', (_, value, message) => {
  for (const match of [matchJson, evaluateJson]) expect(() => match(anything(value), ruleSet)).toThrow(message)
})

test.each([
  ['a text', '{}', 'The event must be an object, but it is a string. Pass a text to matchJson.'],
  ['an array', [EVENT], 'The event must be an object, but it is an array. Pass objects to matchObject, one by one.'],
  ['null', null, 'The event must be an object, but it is null. Pass objects to matchObject, one by one.'],
])('matchObject refuses %s in a sentence', (_, value, message) => {
  expect(() => matchObject(anything(value), ruleSet)).toThrow(message)
})
