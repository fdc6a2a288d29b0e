import { describe, expect, test } from 'vitest'
import { DEFAULT_REDACTION, judge, matchEntry, type Entry } from '../src/index.ts'
import { anEntry, aRule, jsonEntry, ruleSetOf, textEntry } from './entries.ts'

const needle = ruleSetOf(aRule(`  s:\n    payload|contains: 'needle'\n  condition: s`))
const placesOf = (entry: Entry, rules = needle) =>
  matchEntry(entry, rules).flatMap(({ places }) =>
    places.map(({ field, pointer, start, end }) => [field, pointer, start, end]),
  )

describe('places', () => {
  test('include every occurrence of a text', () => {
    expect(placesOf(textEntry('a needle and a NEEDLE'))).toEqual([
      ['payload', null, 2, 8],
      ['payload', null, 15, 21],
    ])
  })

  test('count decoded text, in which a JSON escape is one character', () => {
    expect(placesOf(jsonEntry('{"a":{"b":["x","\\u00e9\\n\\"needle\\u0041"]}}'))).toEqual([['payload', '/a/b/1', 3, 9]])
  })

  test('count a preceding emoji as two units', () => {
    expect(placesOf(textEntry('😀 needle'))).toEqual([['payload', null, 3, 9]])
  })

  test('are not shifted by letters whose lower case has a different length', () => {
    expect(placesOf(textEntry('İİİ NEEDLE'))).toEqual([['payload', null, 4, 10]])
  })

  test('are limited, and the first ones are kept', () => {
    expect(placesOf(textEntry('needle '.repeat(1_000))).length).toBe(8)
  })

  test('come from all selections that matched and from no others', () => {
    const rules = ruleSetOf(
      aRule(
        `  a:\n    payload|contains: 'one'\n  b:\n    sender|endswith: 'test'\n  c:\n    payload|re: 't.ree'\n  condition: (a or c) and b and not never\n  never:\n    payload: 'x'`,
      ),
    )
    expect(placesOf(textEntry('three one'), rules)).toEqual([
      ['sender', null, 6, 10],
      ['payload', null, 0, 5],
      ['payload', null, 6, 9],
    ])
  })

  test('point to the original text through base64 and windash', () => {
    const rules = ruleSetOf(
      aRule(
        `  a:\n    payload|base64offset|contains: '/bin/bash'\n  b:\n    payload|windash|contains: ' -exec'\n  condition: 1 of them`,
      ),
    )
    expect(placesOf(textEntry('x L2Jpbi9iYXNoIC1p'), rules)).toEqual([['payload', null, 2, 14]])
    expect(placesOf(textEntry('run –exec /exec'), rules)).toEqual([
      ['payload', null, 3, 9],
      ['payload', null, 9, 15],
    ])
  })
})

describe('fields', () => {
  test('payload without a path means any string leaf, never names, numbers or the serialized text', () => {
    const rules = ruleSetOf(aRule(`  s:\n    payload|contains: '7'\n  condition: s`))
    expect(matchEntry(jsonEntry('{"7":{"a":7}}'), rules)).toHaveLength(0)
    expect(matchEntry(jsonEntry('{"a":["17"]}'), rules)).toHaveLength(1)
    const across = ruleSetOf(aRule(`  s:\n    payload|contains: 'a":"b'\n  condition: s`))
    expect(matchEntry(jsonEntry('{"a":"b"}'), across)).toHaveLength(0)
  })

  test('a path can select numbers beyond 2^53, array elements and keys with dots', () => {
    const rules = ruleSetOf(aRule(`  s:\n    payload.a.b: 9007199254740993\n  condition: s`))
    for (const payload of [
      '{"a":{"b":9007199254740993}}',
      '{"a":[{"b":1},{"b":"9007199254740993"}]}',
      '{"a.b":9007199254740993}',
    ])
      expect(matchEntry(jsonEntry(payload), rules)).toHaveLength(1)
    expect(matchEntry(jsonEntry('{"a":{"b":9007199254740992}}'), rules)).toHaveLength(0)
  })

  test('names of prototype properties are ordinary names', () => {
    const rules = ruleSetOf(aRule(`  s:\n    payload.constructor|exists: true\n  condition: s`))
    expect(matchEntry(jsonEntry('{"a":1}'), rules)).toHaveLength(0)
    expect(matchEntry(jsonEntry('{"constructor":{"name":1}}'), rules)).toHaveLength(1)
    expect(matchEntry(jsonEntry('{"__proto__":{"constructor":1}}'), rules)).toHaveLength(0)
  })

  test('a rule applies only if its log source is that of the entry', () => {
    const rule = (source: string) =>
      `title: r\nlogsource: ${source}\ndetection:\n  s:\n    payload: x\n  condition: s\n`
    const matches = (source: string, more: Partial<Entry> = {}) =>
      matchEntry(textEntry('x', more), ruleSetOf(rule(source))).length
    expect(matches('{product: ai_agent}')).toBe(1)
    expect(matches('{category: message}')).toBe(1)
    expect(matches('{category: prompt}')).toBe(0)
    expect(matches('{product: ai_agent}', { logsource: { product: 'windows' } })).toBe(0)
    expect(matches('{product: windows}', { logsource: { product: 'windows', service: 'x' } })).toBe(1)
  })
})

describe('judge', () => {
  test('returns the risk with its contributions', () => {
    const rules = ruleSetOf(aRule(`  s:\n    payload|contains: 'needle'\n  condition: s`, 'id: n1\nlevel: high'))
    expect(judge(textEntry('needle', { reportedRisk: 15 }), rules, DEFAULT_REDACTION)).toMatchObject({
      risk: 75,
      band: 'high',
      contributions: [
        { ruleId: 'n1', family: 'n1', points: 70, share: 70 },
        { ruleId: null, family: 'reported', points: 15, share: 5 },
      ],
      masked: [],
    })
  })

  test('uses the points and family that a rule declares', () => {
    const [match] = matchEntry(
      textEntry('x'),
      ruleSetOf(aRule(`  s:\n    payload: x\n  condition: s`, 'sentinelmesh: {points: 33, family: f}')),
    )
    expect(match).toMatchObject({ points: 33, family: 'f' })
  })

  test.each([
    ['NUL', 'a\0needle'],
    ['lone surrogates', '\ud800needle\udc00'],
    ['256 KiB', `${'x'.repeat(256 * 1024)}needle`],
    ['one letter with many marks', `${'\u0301'.repeat(10_000)}needle`],
  ])('survives %s', (_, text) => {
    expect(judge(textEntry(text), needle, DEFAULT_REDACTION).matches).toHaveLength(1)
  })

  test('limits the depth and reports the position', () => {
    expect(() => judge(jsonEntry('['.repeat(5_000)), needle, DEFAULT_REDACTION)).toThrow(
      expect.objectContaining({ code: 'too_deep' }),
    )
  })

  test('keeps no state between entries', () => {
    const one = textEntry('needle ghp_aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xYzA12')
    expect(judge(one, needle, DEFAULT_REDACTION)).toEqual(judge(one, needle, DEFAULT_REDACTION))
    expect(judge(anEntry(), needle, DEFAULT_REDACTION).matches).toEqual([])
  })

  test('uses a rule set whose hash depends on its rules but not on their order', () => {
    const [a, b] = [
      aRule(`  s:\n    payload: x\n  condition: s`, 'id: a'),
      aRule(`  s:\n    payload: y\n  condition: s`, 'id: b'),
    ]
    expect(ruleSetOf(a, b).hash).toBe(ruleSetOf(b, a).hash)
    expect(ruleSetOf(a, b).hash).not.toBe(ruleSetOf(a).hash)
    expect(ruleSetOf().hash).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    expect(() => ruleSetOf(a, a)).toThrow(expect.objectContaining({ code: 'duplicate_id' }))
  })
})
