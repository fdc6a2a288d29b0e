import * as fc from 'fast-check'
import { aRule, jsonEntry, textEntry } from './entries.ts'
import type { Entry } from '../src/index.ts'

/**
 * Rules with every modifier as handwritten YAML, and entries and JSON events that often match them, because
 * both consist of the same few words.
 */

const WORDS = ['alpha', 'Beta', 'Straße', 'İx', 'ſun', 'ΣΑΣ', 'K9', '-x', 'a b', '😀z', 'délta'] as const
const NUMBERS = ['5', '10', '10.50', '-3', '9007199254740993', '1e3'] as const
const ADDRESSES = ['10.1.2.3', '10.1.2.4', '192.168.0.1', '::1', 'fe80::1', '10.1.2'] as const
const TIMES = ['2024-05-06T07:08:09Z', '2024-05-06', '2023-12-31 23:59', '2024-02-30'] as const

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
const utf8 = (text: string) => Buffer.from(text, 'utf8')
const utf16 = (text: string) => Buffer.from(text, 'utf16le')

/** The parts of generated leaves. */
const PIECES = [
  ...WORDS,
  ...WORDS.map((word) => word.toUpperCase()),
  ...NUMBERS,
  ...ADDRESSES,
  ...TIMES,
  ...['alpha', 'Beta'].flatMap((word) =>
    ['', 'q', 'qq'].flatMap((before) => [base64(utf8(before + word)), base64(utf16(before + word))]),
  ),
  ...['alpha', 'Beta'].map((word) => utf16(word).toString('latin1')),
  '–x',
  '/X',
  ' ',
  '',
  '*',
  '\\',
]
const text = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...PIECES) },
  { weight: 1, arbitrary: fc.constant(WORDS.join(' ')) },
  { weight: 3, arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 4 }).map((parts) => parts.join('')) },
)

const leaf: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 5, arbitrary: text },
  { weight: 2, arbitrary: fc.constantFrom(5, 10, 10.5, -3, true, null) },
  { weight: 1, arbitrary: fc.array(text, { maxLength: 3 }) },
)
const nested = fc.record({ a: leaf, b: fc.oneof(leaf, fc.record({ c: leaf })) }, { requiredKeys: [] })

export const generatedEntry: fc.Arbitrary<Entry> = fc.oneof(
  fc.tuple(text, text).map(([payload, sender]) => textEntry(payload, { sender })),
  fc.tuple(nested, text, fc.option(text)).map(([payload, x, receiver]) =>
    jsonEntry(JSON.stringify(payload), {
      receiver,
      attributes: JSON.stringify({ x }),
      logsource: x === '5' ? { product: 'windows' } : {},
    }),
  ),
)
/** The text of a JSON object whose keys are fields. */
export const generatedEvent: fc.Arbitrary<string> = fc
  .record({ payload: fc.oneof(leaf, nested), sender: leaf, attributes: nested }, { requiredKeys: [] })
  .map((event) => JSON.stringify(event))

const FIELDS = ['payload', 'payload.a', 'payload.b.c', 'sender', 'receiver', 'attributes.x'] as const
const quoted = (value: string) => `'${value.replaceAll("'", "''")}'`
const list = (values: readonly string[]) => `[${values.map(quoted).join(', ')}]`

const word = fc.constantFrom(...WORDS)
const wild = fc
  .tuple(fc.constantFrom('', '*', '?', '\\*', '\\\\'), word, fc.constantFrom('', '*', '?', '*a', '?b'))
  .map((parts) => parts.join(''))
const values = (one: fc.Arbitrary<string>) => fc.uniqueArray(one, { minLength: 1, maxLength: 3 })
const oneOf = (...texts: readonly string[]) => fc.constantFrom(...texts)

/** `modifiers: values`, without a field. */
export const GENERATED_SEARCHES = {
  text: fc
    .tuple(oneOf('', '|contains', '|startswith', '|endswith'), oneOf('', '|cased', '|windash', '|neq'), values(wild))
    .map(([place, more, list_]) => `${place}${more}: ${list(list_)}`),
  all: fc
    .tuple(
      oneOf('|contains', '|contains', '|contains|windash', '|startswith'),
      fc.uniqueArray(fc.oneof(word, wild), { minLength: 2, maxLength: 2 }),
    )
    .map(([place, list_]) => `${place}|all: ${list(list_)}`),
  regex: fc
    .tuple(oneOf('', '|i', '|m', '|s', '|i|s'), word, oneOf('', '.', '.*', '+', '$', '|β', '\\b', '[a-z]{1,3}'))
    .map(([flags, body, tail]) => `|re${flags}: ${quoted(body + tail)}`),
  encoded: fc
    .tuple(
      oneOf('', '|wide', '|utf16le', '|utf16be', '|utf16'),
      oneOf('', '|base64', '|base64offset'),
      oneOf('alpha', 'Beta'),
    )
    .map(([wide, encoding, value]) => `${wide}${encoding}|contains: ${quoted(value)}`),
  number: fc
    .tuple(oneOf('lt', 'lte', 'gt', 'gte'), oneOf('5', '10', '-3', '1000'))
    .map(([comparison, value]) => `|${comparison}: ${value}`),
  plainNumber: oneOf(': 5', ': 10', ': 10.5', ': true', ': 9007199254740993'),
  network: fc
    .tuple(oneOf('', '|neq'), values(oneOf('10.0.0.0/8', '10.1.2.3/32', '::/0', 'fe80::/10')))
    .map(([more, list_]) => `|cidr${more}: ${list(list_)}`),
  time: fc
    .constantFrom('minute: 8', 'minute: 59', 'hour: 7', 'hour: 23', 'day: 6', 'week: 19', 'month: 5', 'year|neq: 2024')
    .map((search) => `|${search}`),
  reference: fc
    .tuple(oneOf('', '|contains', '|startswith', '|endswith', '|cased', '|neq'), oneOf(...FIELDS))
    .map(([more, field]) => `|fieldref${more}: ${field}`),
  exists: oneOf('|exists: true', '|exists: false'),
  null: oneOf(': null'),
} as const satisfies Record<string, fc.Arbitrary<string>>

const search = fc.tuple(oneOf(...FIELDS), fc.oneof(...Object.values(GENERATED_SEARCHES))).map((parts) => parts.join(''))
const map = fc
  .uniqueArray(search, { minLength: 1, maxLength: 3, selector: (line) => line.split(':', 1).join() })
  .map((lines) => lines.map((line) => `      ${line}`).join('\n'))
const keywords = values(word).map((list_) => list_.map((value) => `      - ${quoted(value)}`).join('\n'))
const allKeywords = fc.uniqueArray(word, { minLength: 2, maxLength: 3 }).map((list_) => `      '|all': ${list(list_)}`)
const maps = fc
  .array(map, { minLength: 2, maxLength: 2 })
  .map((each) => each.map((one) => one.replace(/^ {6}/, '      - ').replaceAll(/\n {6}/g, '\n        ')).join('\n'))
const selection = fc.oneof(
  { weight: 6, arbitrary: map },
  { weight: 1, arbitrary: keywords },
  { weight: 1, arbitrary: allKeywords },
  { weight: 1, arbitrary: maps },
)

const condition = oneOf(
  's1',
  'not s1',
  's1 and s2',
  's1 or s2',
  's1 and not s2',
  'not (s1 or s2)',
  'not s1 and not s2',
  '1 of s*',
  'all of them',
  '(s1 or s2) and not (s1 and s2)',
)

/** The YAML of a rule for agents. */
export const generatedRule: fc.Arbitrary<string> = fc
  .tuple(selection, selection, condition)
  .map(([s1, s2, expression]) => aRule(`    s1:\n${s1}\n    s2:\n${s2}\n    condition: ${expression}`))
