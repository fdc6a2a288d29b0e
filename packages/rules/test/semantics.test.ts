import { describe, expect, test } from 'vitest'
import { compileRules, explain, matchJson, matchJsonByEveryRule } from '../src/index.ts'

/** Results of rules on events, both where the specification is clear and where we chose (see the README). */

type Case = readonly [search: string, event: unknown, holds: boolean]

const PLACEHOLDERS = new Map([
  ['users', ['ann', 'svc_*']],
  ['domain', ['acme.example']],
  ['nested', ['%users%']],
])

function compiled(detection: string) {
  const indented = detection.replaceAll(/^/gm, '  ')
  const text = `title: A rule\nlogsource:\n  product: test\ndetection:\n${indented}\n`
  return compileRules(text, { placeholders: PLACEHOLDERS })
}

/** One search, several searches on separate lines, or selections with their condition. */
const detectionOf = (search: string) =>
  search.includes('condition:') ? search : `s:\n${search.replaceAll(/^/gm, '  ')}\ncondition: s`

/** The result with the index, without it, and in an explanation. */
function judged(search: string, event: unknown) {
  const { ruleSet } = compiled(detectionOf(search))
  const text = typeof event === 'string' ? event : JSON.stringify(event)
  const [rule] = ruleSet.rules
  if (rule === undefined) throw new Error('The rule was not parsed.')
  return [matchJson(text, ruleSet).length > 0, matchJsonByEveryRule(text, ruleSet).length > 0, explain(rule, text).held]
}

const base64 = (text: string) => Buffer.from(text).toString('base64')
const wide = (text: string) => Buffer.from(text, 'utf16le').toString('base64')

const CASES: Readonly<Record<string, readonly Case[]>> = {
  'a field exists with any value, even an empty one': [
    ['f|exists: true', { f: [] }, true],
    ['f|exists: true', { f: {} }, true],
    ['f|exists: false', { f: [] }, false],
    ['f|exists: false', { f: { g: {} } }, false],
    ['f.g|exists: true', { f: { g: [] } }, true],
    ['f.g|exists: true', { f: [{ g: {} }] }, true],
    ['f.g|exists: true', { f: { h: {} } }, false],
    ['f|exists: true', { f: [[]] }, true],
    ['f|exists: true', { 'f.g': 1 }, false],
    ['f.g|exists: true', { 'f.g': { h: 1 } }, true],
    ['hasOwnProperty|exists: true', {}, false],
  ],
  'null matches null or an absent field, but no text or empty list': [
    ['f: null', { f: [] }, false],
    ['f: null', { f: {} }, false],
    ['f: null', { f: [null, 'x'] }, true],
    ['f: null', { f: { g: null } }, false],
    ['f.g: null', { f: [{ g: 1 }, { g: null }] }, true],
    ['f: ~', {}, true],
    ["f: 'null'", { f: null }, false],
    ["f|re: 'null'", { f: null }, false],
    ['f|neq: null', {}, false],
    ['f|neq: null', { f: '' }, true],
    ["f|neq: ''", { f: null }, true],
    ["f: ''", { f: [''] }, true],
    ["f: ''", { f: [] }, false],
    ["f: '*'", { f: [] }, false],
  ],
  'a field name can omit the spaces that it has in an event': [
    ['ProcessName: x', { 'Process Name': 'x' }, true],
    ['SAMUserAccount: x', { 'SAM User Account': 'x' }, true],
    ['a.NewValue: x', { a: [{ 'New Value': 'x' }] }, true],
    ['NewValue: old', { 'New Value': 'old', NewValue: 'new' }, false],
    ['NewValue: new', { NewValue: 'new', 'New Value': 'old' }, true],
    ["'New Value': old", { NewValue: 'new', 'New Value': 'old' }, true],
    ["'New Value': old\nNewValue: old", { 'New Value': 'old' }, true],
    ["'New Value': old\nNewValue: new", { 'New Value': 'old', NewValue: 'new' }, true],
    ["'New Value': x", { NewValue: 'x' }, false],
    ['NewValue: null', { 'New Value': 'x' }, false],
    ['NewValue|exists: true', { 'New Value': {} }, true],
    ['NewValue|fieldref: OldValue', { 'New Value': 'x', 'Old Value': 'X' }, true],
  ],
  'a field is found by the fewest keys': [
    ['a.b.c: x', { a: { 'b.c': 'x' } }, true],
    ['a.b.c: x', { 'a.b': [{ c: 'x' }] }, true],
    ['a.b: x', { a: [[{ b: 'x' }]] }, true],
    ['a: x', { a: [['x']] }, true],
    ['a: x', { a: [{ b: 'x' }] }, false],
    ['a.0: x', { a: ['x'] }, false],
    ['__proto__: x', '{"__proto__": "x"}', true],
  ],
  'an unquoted number matches every notation of that number': [
    ['f: 1.0', { f: 1 }, true],
    ['f: 1.0', '{"f": 1.0}', true],
    ["f: '1.0'", { f: 1 }, false],
    ['f: 007', { f: '007' }, true],
    ['f: 007', { f: 7 }, true],
    ["f: '007'", { f: 7 }, false],
    ['f: 0x10', { f: 16 }, true],
    ["f: '0x10'", { f: 16 }, false],
    ['f: 1e3', { f: 1000 }, true],
    ['f: -0.50', { f: -0.5 }, true],
    ['f: 9007199254740993', '{"f": 9007199254740993}', true],
    ['f: 9007199254740993', '{"f": 9007199254740992}', false],
    ['f: 12345678901234567890', '{"f": 12345678901234567000}', false],
    ['f|neq: 1.0', { f: 1 }, false],
    ['f|contains: 1.0', { f: 1 }, false],
    ['f: [2.0, 3]', { f: 2 }, true],
  ],
  'words of YAML 1.1 are texts': [
    ['f: yes', { f: 'YES' }, true],
    ['f: yes', { f: true }, false],
    ['f: off', { f: false }, false],
    ['f: 1:30', { f: '1:30' }, true],
    ['f: 2024-01-31', { f: '2024-01-31' }, true],
    ['f: True', { f: true }, true],
    ['f: TRUE', { f: 'true' }, true],
    ['f: false', { f: 0 }, false],
  ],
  'each dash of an encoded value matches five characters': [
    ["f|windash|base64offset|contains: '-a -b'", { f: base64('x -a -b') }, true],
    ["f|windash|base64offset|contains: '-a -b'", { f: base64('x /a -b') }, true],
    ["f|windash|base64offset|contains: '-a -b'", { f: base64('xy -a –b') }, true],
    ["f|windash|base64offset|contains: '-a -b'", { f: base64('x —a ―b') }, true],
    ["f|windash|base64offset|contains: '-a -b'", { f: base64('x a -b') }, false],
    ["f|windash|wide|base64offset|contains: ' -e '", { f: wide('p –e x') }, true],
    ["f|windash|base64: '/x'", { f: base64('-x') }, true],
  ],
  'a value is found in base64 at each offset': [
    ["f|base64offset|contains: 'é日'", { f: base64('é日!') }, true],
    ["f|base64offset|contains: 'é日'", { f: base64('.é日!') }, true],
    ["f|base64offset|contains: 'é日'", { f: base64('..é日!') }, true],
    ["f|base64offset|contains: '😀'", { f: base64('...😀') }, true],
    ["f|utf16be|base64offset|contains: 'ab'", { f: base64('x\0a\0b') }, true],
    ["f|base64|cased: 'a'", { f: 'YQ==' }, true],
    ["f|base64|cased: 'a'", { f: 'yq==' }, false],
    ["f|base64: 'what\\?'", { f: base64('what?') }, true],
    [String.raw`f|base64: '\\\\srv'`, { f: base64(String.raw`\\srv`) }, true],
  ],
  'contains, windash, cased and neq can be combined in any order': [
    ["f|contains|windash|neq: ' -x'", { f: 'a ―x' }, false],
    ["f|windash|cased|contains: ' -X'", { f: 'a /x' }, false],
    ["f|windash|cased|contains: ' -X'", { f: 'a /X' }, true],
    ["f|windash|contains: '-a*-b?'", { f: 'q /aXX–bZ' }, true],
    ["f|cased: 'A?c*'", { f: 'Abcd' }, true],
    ["f|cased: 'A?c*'", { f: 'abcd' }, false],
    ['f|neq|contains|all: [a, b]', { f: 'xax' }, true],
    ['f|contains|all|neq: [a, b]', { f: 'ab' }, false],
    ['f|neq: [1, 2]', { f: [3, 2] }, false],
    ['f|neq: [1, 2]', { f: [] }, true],
    ['f|gt|neq: 5', {}, true],
    ['f|lt|all: [15, 20]', { f: 10 }, true],
    ['f|lt|all: [5, 20]', { f: 10 }, false],
    ['f|cidr|all: [10.0.0.0/8, 10.1.0.0/16]', { f: '10.2.0.1' }, false],
    ["f|re|neq: 'a'", {}, true],
  ],
  'a reference compares texts': [
    ['f|fieldref: g', { f: ['x', 'y'], g: ['z', 'Y'] }, true],
    ['f|fieldref: g', { f: null, g: null }, false],
    ['f|fieldref: g', { f: '', g: '' }, true],
    ['f|fieldref: g', { f: true, g: 'TRUE' }, true],
    ['f|cased|fieldref: g', { f: 'x', g: 'X' }, false],
    ['f|fieldref|contains|cased: g', { f: 'xfoo', g: 'FOO' }, false],
    ['f|fieldref|neq: g', { g: 'x' }, true],
    ['f|fieldref: [g, h]', { f: 'x', h: 'x' }, true],
    ['f|fieldref|all: [g, h]', { f: 'x', h: 'x' }, false],
    ['f|startswith|fieldref: g', { f: 'foobar', g: 'FOO' }, true],
  ],
  'cidr matches only valid addresses': [
    ['f|cidr: 10.0.0.0/8', { f: ' 10.0.0.1' }, false],
    ['f|cidr: 10.0.0.0/8', { f: '010.0.0.1' }, false],
    ['f|cidr: 10.0.0.0/8', { f: '10.1' }, false],
    ['f|cidr: 10.0.0.0/8', { f: 167772161 }, false],
    ['f|cidr: 10.0.0.0/8', { f: '::ffff:10.0.0.1' }, false],
    ["f|cidr: '::ffff:0:0/96'", { f: '::ffff:10.0.0.1' }, true],
    ["f|cidr: '::ffff:0:0/96'", { f: '10.0.0.1' }, false],
    ["f|cidr: 'FE80::/10'", { f: 'fe80::1%eth0' }, false],
    ["f|cidr: '2001:db8::/32'", { f: '2001:db8::1::2' }, false],
    ["f|cidr: '2001:db8::/32'", { f: '2001:db8:1:2:3:4:5:6' }, true],
    ['f|cidr|neq: 10.0.0.0/8', { f: 'host' }, true],
  ],
  'a part of a time is read as written, without a time zone conversion': [
    ['f|hour: 3', { f: '2025-08-02T03:15' }, true],
    ['f|hour: 3', { f: '2025-08-02 03:15:00 UTC' }, true],
    ['f|hour: 3', { f: '2025-08-02 03:15:00.5 +0200' }, true],
    ['f|hour: 3', { f: '2025-08-02t03:15:00z' }, true],
    ['f|hour: 0', { f: '2025-08-02' }, false],
    ['f|hour: 3', { f: '03:15:59' }, false],
    ['f|hour: 3', { f: 1754104559 }, false],
    ['f|day: 29', { f: '2023-02-29' }, false],
    ['f|week: 53', { f: '2021-01-01' }, true],
    ['f|week: 1', { f: '2024-12-30' }, true],
    ['f|hour|neq: 3', { f: 'three' }, true],
    ["f|hour: '03'", { f: '2025-08-02T03:15:00Z' }, true],
  ],
  'a number is compared only with numbers': [
    ['f|lt: 10', { f: ' 9' }, false],
    ['f|lt: 10', { f: '0x5' }, false],
    ['f|lt: 10', { f: '1e0' }, true],
    ['f|lt: 10', { f: [] }, false],
    ['f|lt: 10', { f: {} }, false],
    ["f|gt: '0.5'", { f: 0.75 }, true],
    ['f|gt: 0x10', { f: 17 }, true],
    ['f|hour: 0x0F', { f: '2025-08-02T15:15' }, true],
    ['f|gte: 10', { f: '10.0' }, true],
    ['f|gt: 5\nf|lt: 10', { f: 12 }, false],
  ],
  'placeholders are inserted before other modifiers apply': [
    ["f|expand: '%users%@%domain%'", { f: 'svc_sql@acme.example' }, true],
    ["f|expand|contains: '%domain%'", { f: 'x@ACME.example.' }, true],
    ["f|expand|re: '^%domain%$'", { f: 'acmeXexample' }, true],
    ["f|expand|base64: '%domain%'", { f: base64('acme.example') }, true],
    ["f|expand|windash: '-%domain%'", { f: '/acme.example' }, true],
    ["f|expand|neq: '%users%'", { f: 'svc_sql' }, false],
    ["f|expand: '%nested%'", { f: '%users%' }, true],
    ["f|expand: '100%'", { f: '100%' }, true],
    ["f|expand: '%users% %'", { f: 'ann %' }, true],
    ["f|contains|all|expand: ['%users%', x]", { f: 'x, ann' }, true],
    ["f: '%users%'", { f: 'ann' }, false],
  ],
  'keywords are searched in every value': [
    ['k:\n  - foo\n  - f: 1\n    g: 2\ncondition: k', { f: 1 }, false],
    ['k:\n  - foo\n  - f: 1\n    g: 2\ncondition: k', { h: [['x', { i: 'a FOO' }]] }, true],
    ["k:\n  - '|all': [x, 'y*z']\n  - foo\ncondition: k", { f: 'yaz', g: 'x' }, true],
    ["k:\n  '|all': [x, y]\n  f: 1\ncondition: k", { g: 'xy' }, false],
    ['k:\n  - foo*bar\ncondition: k', { f: 'foo', g: 'bar' }, false],
    ['k:\n  - 1.5\ncondition: k', { f: 'v1.5.2' }, true],
    ['k:\n  - foo\ncondition: k', { foo: null }, false],
    ["k:\n  - '*'\ncondition: k", {}, false],
    ['k:\n  - foo\ncondition: not k', {}, true],
  ],
  'numbers are compared with all their digits, beyond 2^53 too': [
    ['f|gt: 9007199254740992', '{"f": 9007199254740993}', true],
    ['f|gt: 9007199254740993', '{"f": 9007199254740993}', false],
    ['f|gte: 9007199254740993', '{"f": 9007199254740992}', false],
    ['f|gte: 9007199254740993', '{"f": 9007199254740993}', true],
    ['f|lt: 9007199254740993', '{"f": "9007199254740992"}', true],
    ["f|lte: '9007199254740992'", '{"f": 9007199254740993}', false],
    ['f|lt: -9007199254740992', '{"f": -9007199254740993}', true],
    ['f|lt: 18446744073709551615', '{"f": 18446744073709551614}', true],
    ['f|lte: 9007199254740993', '{"f": 9007199254740993.000}', true],
    ['f|lt: 9007199254740993', '{"f": 9.007199254740993e15}', false],
    ['f|gt: 9007199254740993', '{"f": 90071992547409930.1e-1}', true],
    ['f|gt: 1', '{"f": 1.00000000000000000001}', true],
    ['f|lt: 0.1', '{"f": 0.10}', false],
    ['f|gte: 0', '{"f": -0}', true],
    ['f|gt: 0', '{"f": 1e-999}', true],
    ['f|lt: 0', '{"f": -1e-999}', true],
    ["f|gt: '1e999'", '{"f": 2e999}', true],
    ["f|gt: '1e999'", '{"f": 9e998}', false],
  ],
  'a letter is compared with its other case, and only "contains" takes İ for i': [
    ['s: {f|contains: file}\ncondition: s', { f: 'FİLE' }, true],
    ['s: {f|re|i: file}\ncondition: s', { f: 'FİLE' }, false],
    ['s: {f|contains: task}\ncondition: s', { f: 'taſ\u212a' }, true],
    ['s: {f|re|i: task}\ncondition: s', { f: 'taſ\u212a' }, true],
    ['s: {f|contains: β}\ncondition: s', { f: 'ϐ' }, false],
    ['s: {f|re|i: β}\ncondition: s', { f: 'ϐ' }, true],
  ],
  'a condition consists of whole words': [
    ['not_a:\n  f: 1\ncondition: not not_a', {}, true],
    ['and_a:\n  f: 1\nor_b:\n  g: 1\ncondition: and_a or or_b', { g: 1 }, true],
    ['all:\n  f: 1\nb:\n  g: 1\ncondition: all and b', { f: 1, g: 1 }, true],
    ['them:\n  f: 1\nb:\n  g: 1\ncondition: 1 of them', { g: 1 }, true],
    ['1:\n  f: 1\n2:\n  g: 1\ncondition: 1 or 2', { g: 1 }, true],
    ['a:\n  f: 1\nb:\n  g: 1\ncondition: 1 OF them AND(NOT(a))', { g: 1 }, true],
    ['a:\n  f: 1\nb:\n  g: 1\ncondition: not not not a or b', { f: 1 }, false],
    ['a:\n  f: 1\nb:\n  g: 1\ncondition: >-\n  a\n  or b', { g: 1 }, true],
    ['a:\n  f: 1\nb:\n  g: 1\ncondition: "a\n  or b"', { g: 1 }, true],
    ['s_a_x:\n  f: 1\ns_b:\n  g: 1\ncondition: 1 of s_*_x', { g: 1 }, false],
    ['_a:\n  f: 1\nb:\n  g: 1\ncondition: 1 of *', { f: 1 }, false],
    ['_a:\n  f: 1\nb:\n  g: 1\ncondition: 1 of _*', { f: 1 }, true],
    ['S_a:\n  f: 1\ns_b:\n  g: 1\ncondition: all of s_*', { g: 1 }, true],
    ['a:\n  f: 1\nb:\n  g: 1\ncondition: [a and b, not a]', {}, true],
  ],
}

describe.each(Object.entries(CASES))('%s', (_, cases) => {
  test.each(cases)('%j on %j: %j', (search, event, holds) => {
    expect(judged(search, event)).toEqual([holds, holds, holds])
  })
})

test('rules that name a field with and without spaces both match it', () => {
  const rule = (id: string, field: string) =>
    `title: ${id}\nid: ${id}\nlogsource: {product: test}\ndetection: {s: {'${field}|contains': old}, condition: s}\n`
  const { ruleSet } = compileRules([rule('blank', 'New Value'), rule('none', 'NewValue')].join('---\n'))
  const matches = matchJson('{"New Value": "an old one"}', ruleSet)
  expect(matches.map(({ ruleId, places }) => ({ ruleId, places }))).toEqual(
    ['blank', 'none'].map((ruleId) => ({ ruleId, places: [{ field: 'New Value', pointer: '', start: 3, end: 6 }] })),
  )
})

describe('an invalid detection is rejected by name and position', () => {
  const cases: readonly (readonly [detection: string, code: string, path: string])[] = [
    ['s: {f: 1}\ncondition: s || s', 'condition_syntax', 'detection.condition'],
    ['s: {f: 1}\ncondition: none of them', 'condition_syntax', 'detection.condition'],
    ['s: {f: 1}\ncondition: 1 them', 'condition_syntax', 'detection.condition'],
    ['s: {f: 1}\ncondition: all s', 'condition_syntax', 'detection.condition'],
    ['s: {f: 1}\ncondition: s and timeframe', 'unknown_identifier', 'detection.condition'],
    ['s: {f: 1}\ncondition: 1 of t*', 'empty_selector', 'detection.condition'],
    ['s: {f: 1}\ncondition: s|count() by g > 5', 'deprecated_aggregation', 'detection.condition'],
    ['s: {f: 1}\ncondition: [s, [s]]', 'condition_syntax', 'detection.condition[1]'],
    ["s: {'f|base64|windash': -x}\ncondition: s", 'modifier_order', 'detection.s.f|base64|windash'],
    ["s: {'f|wide|expand': '%users%'}\ncondition: s", 'modifier_order', 'detection.s.f|wide|expand'],
    ["s: {'f|base64offset|contains': a}\ncondition: s", 'modifier_value', 'detection.s.f|base64offset|contains'],
    ["s: {'f|windash|base64|contains': '-------'}\ncondition: s", 'too_large', 'detection.s.f|windash|base64|contains'],
    ["s: {'f|base64': [a, 'b*']}\ncondition: s", 'modifier_value', 'detection.s.f|base64'],
    ["s: {'f|wide|utf16': a}\ncondition: s", 'modifier_conflict', 'detection.s.f|wide|utf16'],
    ["s: {'f|hour|lt': 5}\ncondition: s", 'modifier_conflict', 'detection.s.f|hour|lt'],
    ["s: {'f|cased': null}\ncondition: s", 'modifier_type', 'detection.s.f|cased'],
    ["s: {'f|neq': [a, null]}\ncondition: s", 'null_in_list', 'detection.s.f|neq'],
    ["s: {'f|base64|contains': ''}\ncondition: s", 'empty_value', 'detection.s.f|base64|contains'],
    ["s: {'f|exists': yes}\ncondition: s", 'modifier_type', 'detection.s.f|exists'],
    ["s: {'f|lt': '0x10'}\ncondition: s", 'modifier_type', 'detection.s.f|lt'],
    ["s: {'f|lt': .inf}\ncondition: s", 'modifier_type', 'detection.s.f|lt'],
    ["s: [{'f|cidr': 10.0.0.0/33}]\ncondition: s", 'bad_cidr', 'detection.s[0].f|cidr'],
    ["s: {'|contains': [a, b]}\ncondition: s", 'modifier_conflict', 'detection.s.|contains'],
  ]
  test.each(cases)('%j: %s at %s', (detection, code, path) => {
    expect(compiled(detection).problems[0]).toMatchObject({ severity: 'error', code, path })
  })

  test.each([
    ['s || s', 'Conditions have no "||".'],
    ['none of them', '"none of" is not supported; "1 of" and "all of" are.'],
    ['1 them', '"1 of" needs a pattern or "them".'],
  ])('%s: %s', (condition, message) => {
    expect(compiled(`s: {f: 1}\ncondition: ${condition}`).problems[0]?.message).toBe(message)
  })
})

describe('a search for the empty text', () => {
  test.each(['contains', 'startswith', 'endswith'])('by %s works, with a warning at its position', (modifier) => {
    const { problems, ruleSet } = compiled(`s: {'f|${modifier}': [a, '']}\ncondition: s`)
    expect(problems).toMatchObject([
      {
        severity: 'warning',
        code: 'matches_anything',
        path: `detection.s.f|${modifier}`,
        message: expect.stringMatching(/write '\*' alone\.$/) as string,
      },
    ])
    const holds = (event: object) => matchJson(JSON.stringify(event), ruleSet).length > 0
    const events = [{ f: 'b' }, { f: '' }, { f: 7 }, { f: null }, {}, { g: 'b' }]
    expect(events.map(holds)).toEqual([true, true, true, false, false, false])
    const star = compiled("s: {f: '*'}\ncondition: s").ruleSet
    expect(events.map((event) => matchJson(JSON.stringify(event), star).length > 0)).toEqual(events.map(holds))
  })
})

describe('the metadata of a document', () => {
  const read = (head: string) => {
    const { problems, ruleSet } = compileRules(
      `title: A rule\nlogsource: {product: test}\ndetection: {s: {f: 1}, condition: s}\n${head}\n`,
    )
    return { rules: ruleSet.rules.length, problems: problems.map(({ severity, code, path }) => [severity, code, path]) }
  }
  const used = { rules: 1, problems: [] }
  test.each([
    ['action: notify', used],
    ['action: global', { rules: 0, problems: [['error', 'document_unsupported', 'action']] }],
    ['fields: {a: b}', { rules: 1, problems: [['warning', 'bad_metadata', 'fields']] }],
    ['scope: [server, [x]]', { rules: 1, problems: [['warning', 'bad_metadata', 'scope[1]']] }],
    ['taxonomy: [ecs]', { rules: 1, problems: [['warning', 'bad_metadata', 'taxonomy']] }],
    [`name: '${'😀'.repeat(256)}'`, used],
    [`name: ${'x'.repeat(257)}`, { rules: 1, problems: [['warning', 'bad_metadata', 'name']] }],
    [`description: ${'x'.repeat(65_536)}`, { rules: 1, problems: [['warning', 'bad_metadata', 'description']] }],
    ['fields: A\nscope:\ntaxonomy: sigma\nown: {a: [b]}', used],
  ])('%.40s', (head, wanted) => {
    expect(read(head)).toEqual(wanted)
  })
})
