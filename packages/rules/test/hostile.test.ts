import { describe, expect, test } from 'vitest'
import { BUILTIN_RULES } from '../src/builtin/index.ts'
import {
  compileRules,
  createExplainer,
  DEFAULT_REDACTION,
  describeExplanation,
  judge,
  LIMITS,
  matchEntry,
  matchEntryByEveryRule,
  matchJson,
  parseRule,
  SECRET_INDEX,
  type Entry,
  readRules,
} from '../src/index.ts'
import { aRule, jsonEntry, ruleSetOf, textEntry } from './entries.ts'

/** The maximum size of one entry. */
const PAYLOAD = 256 * 1024
const fill = (piece: string) => piece.repeat(Math.ceil(PAYLOAD / piece.length)).slice(0, PAYLOAD)

/** A rule for each kind of search. `HELD` matches all of them. */
const KINDS = [
  'payload|contains: needle',
  "payload: '*n??dle*'",
  'payload|endswith: needle',
  "payload|re: '(e|ee)+d?le$'",
  "payload|re|i: '(?:N+e*)+E{1,3}DLE'",
  'payload|cased|contains: needle',
  'payload|windash|contains: needle',
  'payload|fieldref|endswith: receiver',
  'payload|exists: true',
  'payload|neq: x',
]
const searches = KINDS.map((search, number) => aRule(`  s:\n    ${search}\n  condition: s`, `id: kind-${number}`))
const keywords = aRule('  s:\n    - needle\n  condition: s', 'id: keywords')
const kinds = compileRules([...searches, keywords].join('\n---\n')).ruleSet
const everyId = [...KINDS.map((_, number) => `kind-${number}`), 'keywords'].toSorted()

const builtin = compileRules(
  BUILTIN_RULES.map(({ id, text }) => ({ file: id, text })),
  { secrets: SECRET_INDEX },
).ruleSet

const SHAPES: readonly (readonly [name: string, payload: string])[] = [
  ['blanks', fill(' ')],
  ['commas', fill(',')],
  ['backslashes', fill('\\')],
  ['quotes', fill('"')],
  ['line breaks', fill('\r\n')],
  ['one letter, against nested repetitions', fill('n')],
  ['prefixes of a literal', fill('needl')],
  ['the start of a match, repeated', fill('neeeeed')],
  ['brackets', fill('[{(<')],
  ['a word of the rules, repeated', fill('curl ')],
  ['prefixes of secrets', fill(['gh', 'p_ '].join(''))],
  ['an endless address', fill('10.')],
  ['endless base64', fill('aWdub3Jl')],
  ['NUL', fill('\0')],
  ['halves of characters', fill('\ud800')],
  ['halves of characters in the wrong order', fill('\udc00\ud800')],
  ['emoji', fill('😀')],
  ['letters whose lower case is longer', fill('İ')],
  ['combining marks on one letter', fill('\u0301')],
  ['zero-width characters', fill('\u200b')],
  ['right-to-left overrides', fill('\u202e')],
]

describe.each(SHAPES)('256 KiB of %s', (_, payload) => {
  test('is evaluated to its end, by the index and by every rule alike', () => {
    const entry = textEntry(`${payload}needle`, { receiver: 'dle' })
    const matches = matchEntry(entry, kinds)
    expect(matches.map(({ ruleId }) => ruleId).toSorted()).toEqual(everyId)
    expect(matches).toEqual(matchEntryByEveryRule(entry, kinds))
  }, 30_000)

  test('is evaluated by the built-in rules, as text and in JSON, and masked', () => {
    for (const entry of [textEntry(payload, { kind: 'tool_result' }), jsonEntry(JSON.stringify({ a: [payload] }))]) {
      const { matches, risk } = judge(entry, builtin, DEFAULT_REDACTION)
      expect(risk).toBeLessThanOrEqual(100)
      for (const { places } of matches) expect(places.length).toBeLessThanOrEqual(LIMITS.placesPerMatch)
    }
  }, 30_000)

  test('can be explained briefly and in visible characters', () => {
    for (const text of searches) {
      const explanation = createExplainer(parseRule(text))(textEntry(payload))
      const described = describeExplanation(explanation)
      expect(described.length).toBeLessThan(2_000)
      expect(described.replaceAll('\n', '')).toMatch(/^[^\p{Cc}\p{Cf}\p{Cs}]+$/u)
    }
  }, 30_000)
})

describe('JSON', () => {
  const needles = (payload: string) => matchEntry(jsonEntry(payload), kinds).length
  const rule = (search: string) => ruleSetOf(aRule(`  s:\n    ${search}\n  condition: s`))
  const holds = (search: string, payload: string) => matchEntry(jsonEntry(payload), rule(search)).length === 1

  test('of the maximum depth is parsed to the bottom, and deeper JSON is rejected with the position', () => {
    const nested = (depth: number) => `${'{"a":['.repeat(depth / 2)}"${fill('x')}needle"${']}'.repeat(depth / 2)}`
    expect(needles(nested(LIMITS.jsonDepth))).toBeGreaterThan(0)
    const path = `payload${'.a'.repeat(LIMITS.jsonDepth / 2)}|endswith: needle`
    expect(holds(path, nested(LIMITS.jsonDepth))).toBe(true)
    expect(() => needles(nested(LIMITS.jsonDepth + 2))).toThrow(
      expect.objectContaining({ code: 'too_deep', position: 3 * LIMITS.jsonDepth }),
    )
    for (const open of ['[', '{"a":']) expect(() => needles(fill(open))).toThrow(/^Nested more than 256 deep/)
  }, 30_000)

  test('of a hundred thousand elements or fifty thousand names is searched to the last', () => {
    expect(needles(`[${'0,'.repeat(100_000)}"needle"]`)).toBeGreaterThan(0)
    const names = Array.from({ length: 50_000 }, (_, n) => `"k${n}":${n}`)
    const object = `{${names.join(',')},"last":"needle"}`
    expect(needles(object)).toBeGreaterThan(0)
    expect(holds('payload.last: needle', object)).toBe(true)
    expect(holds('payload.k49999: 49999', object)).toBe(true)
    expect(holds('payload.k50000|exists: true', object)).toBe(false)
  }, 30_000)

  test('with one name fifty thousand times keeps every value', () => {
    const object = `{${'"a":"x",'.repeat(50_000)}"a":"needle"}`
    expect(holds('payload.a: needle', object)).toBe(true)
    expect(holds('payload.a|contains|all: [x, needle]', object)).toBe(true)
  }, 30_000)

  test('with names of inherited properties has only the fields that were sent', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'length']) {
      expect(holds(`payload.${name}|exists: true`, '{"a":1}')).toBe(false)
      expect(holds(`payload.${name}: x`, `{"${name}":"x"}`)).toBe(true)
      expect(holds(`payload.${name}.polluted: x`, `{"${name}":{"polluted":"x"}}`)).toBe(true)
      const [match] = matchJson(`{"${name}":"needle"}`, ruleSetOf(aRule(`  s:\n    ${name}: needle\n  condition: s`)))
      expect(match?.places).toEqual([{ field: name, pointer: '', start: 0, end: 6 }])
    }
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })

  test('with numbers beyond 2^53 keeps every digit', () => {
    const id = '9007199254740993'
    expect(holds(`payload.n: ${id}`, `{"n":${id}}`)).toBe(true)
    expect(holds(`payload.n: ${id}`, '{"n":9007199254740992}')).toBe(false)
    expect(holds(`payload.n|startswith: '123456'`, `{"n":${'1234567890'.repeat(20_000)}}`)).toBe(true)
    expect(holds('payload.n|gt: 5', `{"n":1${'0'.repeat(400)}}`)).toBe(true)
    expect(holds('payload.n|gt: 5', '{"n":1e999}')).toBe(true)
  })

  test.each([
    ['truncated', '{"a":"needle'],
    ['two values', '"needle" "needle"'],
    ['a bare control character', '"a\nneedle"'],
    ['half an escape', '"needle\\u12"'],
    ['a trailing comma', '["needle",]'],
    ['nothing', ''],
    ['a byte-order mark', '\ufeff{"a":"needle"}'],
  ])('that is malformed (%s) is rejected with the position', (_, payload) => {
    expect(() => needles(payload)).toThrow(expect.objectContaining({ code: 'malformed', position: expect.any(Number) }))
  })
})

describe('an entry', () => {
  test('with a word of a rule a million times has only the first places', () => {
    const rules = ruleSetOf(aRule("  s:\n    payload|contains: [a, b]\n    payload|re: '[ab]'\n  condition: s"))
    const [match] = matchEntry(textEntry('ab'.repeat(500_000)), rules)
    expect(match?.places.length).toBeLessThanOrEqual(LIMITS.placesPerMatch)
    expect(match?.places[0]).toEqual({ field: 'payload', pointer: null, start: 0, end: 1 })
  }, 30_000)

  test('can have every field as long as its payload', () => {
    const long = fill('x')
    const entry: Entry = textEntry(`${long}needle`, { sender: long, receiver: 'dle', session: long, context: long })
    expect(
      matchEntry(entry, kinds)
        .map(({ ruleId }) => ruleId)
        .toSorted(),
    ).toEqual(everyId)
  }, 30_000)

  test('is not affected by a previous entry that matched everything', () => {
    const plain = textEntry('nothing of interest')
    const before = matchEntry(plain, builtin)
    matchEntry(textEntry(BUILTIN_RULES.map(({ text }) => text).join('\n')), builtin)
    expect(matchEntry(plain, builtin)).toEqual(before)
  })
})

describe('a value of thousands of characters whose prefixes are everywhere', () => {
  const [long, half] = ['n'.repeat(5_000), 'n'.repeat(2_500)]
  const fields = ['payload|contains', 'payload|cased|contains', 'payload|windash|contains']
  const values = [
    `${long}x`,
    `x${long}`,
    `${half}x${half}`,
    `${half}?${half}x`,
    `${half}*${half}x${half}`,
    `x${half}?*?y`,
  ]

  test.each(fields)(
    'is found in one pass over the text: %s',
    (field) => {
      const rules = compileRules(
        values
          .map((value, at) => aRule(`  s:\n    ${field}: '${value}'\n  condition: s`, `id: v${at}`))
          .join('\n---\n'),
      ).ruleSet
      const whole = values.map((value) => value.replaceAll(/[?*]/g, '-')).join(' ')
      for (const [payload, held] of [
        [fill('n'), 0],
        [fill('nnx'), 0],
        [`${fill('n')} ${whole}`, values.length],
      ] as const) {
        expect(matchEntry(textEntry(payload), rules)).toHaveLength(held)
        expect(matchEntryByEveryRule(textEntry(payload), rules)).toHaveLength(held)
      }
    },
    30_000,
  )

  test('shares the comparison of its prefix with thousands of values', () => {
    const numbered = (begin: string) => Array.from({ length: 3_000 }, (_, at) => `${begin}${at}-`)
    for (const begin of ['n'.repeat(60), 'é'.repeat(10), 'n'.repeat(20)])
      for (const place of ['contains', 'endswith', 'startswith']) {
        const rules = ruleSetOf(aRule(`  s:\n    payload|${place}: [${numbered(begin).join(', ')}]\n  condition: s`))
        const text = fill(begin.charAt(0))
        expect(matchEntry(textEntry(text), rules)).toEqual([])
        const value = `${begin}2999-`
        expect(matchEntry(textEntry(place === 'startswith' ? value + text : text + value), rules)).toHaveLength(1)
      }
  }, 30_000)

  test('can be searched in thousands of fields', () => {
    const lines = Array.from({ length: 3_000 }, (_, at) => `    payload.x${at}|contains: nnnn`)
    const rules = ruleSetOf(
      aRule(`  s:\n${lines.join('\n')}\n  f:\n    payload.x7|endswith: nnnn\n  condition: s or f`),
    )
    const [match] = matchEntry(jsonEntry(JSON.stringify({ x: fill('n'), x7: fill('n') })), rules)
    expect(match?.selections.map(({ name }) => name)).toEqual(['f'])
  }, 30_000)

  test('can be the text of another field', () => {
    const rules = ruleSetOf(aRule('  s:\n    payload|fieldref|contains: receiver\n  condition: s'))
    const receiver = `${'n'.repeat(30_000)}x${'n'.repeat(30_000)}`
    expect(matchEntry(textEntry(fill('n'), { receiver }), rules)).toEqual([])
    expect(matchEntry(textEntry(fill('n') + receiver, { receiver }), rules)).toHaveLength(1)
  }, 30_000)

  test('can be explained', () => {
    const explainOne = createExplainer(
      parseRule(
        aRule(`  s:\n    payload|contains:\n${values.map((value) => `      - '${value}'\n`).join('')}  condition: s`),
      ),
    )
    const leaves = JSON.stringify(Array.from({ length: 8 }, () => fill('n').slice(0, 32 * 1024)))
    expect(explainOne(jsonEntry(leaves)).held).toBe(false)
  }, 30_000)
})

test('a document of expressions that are slow to compile is rejected by its limit, and others load', () => {
  const values = Array.from({ length: 300 }, (_, at) => `      - '${at}(?i)${'[^a]{1,100}'.repeat(20)}'`)
  const dear = `title: t\nid: dear\nlogsource: {product: x}\ndetection:\n  s:\n    a|re:\n${values.join('\n')}\n  condition: s\n`
  const fine = dear.replace('id: dear', 'id: fine').replace(/(a\|re:\n.*\n)[\s\S]*(?= {2}condition)/, '$1')
  const { rules, problems } = readRules([
    { file: 'dear.yml', text: dear },
    { file: 'fine.yml', text: fine },
  ])
  expect(rules.map(({ id }) => id)).toEqual(['fine'])
  expect(problems[0]).toMatchObject({ file: 'dear.yml', code: 'too_large', range: { line: 17 } })
  expect(problems[0]?.message).toMatch(/regexCopies\)\. Split the rule\.$/)
})
