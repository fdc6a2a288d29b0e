import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  compileRuleSet,
  DEFAULT_REDACTION,
  judge,
  MASK,
  matchEntry,
  matchJson,
  parseRule,
  type Entry,
  type Place,
  type RuleSet,
} from '../src/index.ts'
import { leaves } from '@sentinelmesh/text/json-text'
import { anEntry, aRule, jsonEntry, ruleSetOf, textEntry } from './entries.ts'
import { GENERATED_SEARCHES, generatedEntry } from './generated-rules.ts'

const SEED = 20_260_103
const one = (search: string) => ruleSetOf(aRule(`  s:\n    ${search}\n  condition: s`))
const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64')

/** The marked text: the text of the entry at the place, in the first leaf of that pointer. */
function marked(entry: Entry, { field, pointer, start, end }: Place): string {
  const { sender, receiver, session, context, attributes, payload } = entry
  const texts = new Map(Object.entries({ sender, receiver, session, context, attributes, payload: payload.text }))
  const text = texts.get(field) ?? ''
  const leaf = pointer === null ? text : leaves(text, { depth: 256 }).find((each) => each.pointer === pointer)?.text
  if (leaf === undefined) throw new Error(`There is no leaf at ${pointer}`)
  return leaf.slice(start, end)
}

type Marked = readonly [pointer: string | null, start: number, text: string]

function marks(entry: Entry, rules: RuleSet): Marked[] {
  return matchEntry(entry, rules).flatMap(({ places }) =>
    places.map((place): Marked => [place.pointer, place.start, marked(entry, place)]),
  )
}
const text = (value: string) => textEntry(value)

const KELVIN = '\u212a'
const CASES: readonly (readonly [name: string, search: string, entry: Entry, expected: readonly Marked[]])[] = [
  ['a whole field', 'payload: SUDO', text('sudo'), [[null, 0, 'sudo']]],
  ['the empty text', "payload: ''", text(''), [[null, 0, '']]],
  ['the start of a text', 'payload|startswith: sud', text('sudo sudo'), [[null, 0, 'sud']]],
  ['the end of a text', 'payload|endswith: udo', text('sudo sudo'), [[null, 6, 'udo']]],
  [
    'every occurrence',
    'payload|contains: udo',
    text('sudo SUDO'),
    [
      [null, 1, 'udo'],
      [null, 6, 'UDO'],
    ],
  ],
  [
    'non-overlapping occurrences',
    'payload|contains: aa',
    text('aaaaa'),
    [
      [null, 0, 'aa'],
      [null, 2, 'aa'],
    ],
  ],
  [
    'each of several values',
    'payload|contains|all: [two, one]',
    text('one two'),
    [
      [null, 0, 'one'],
      [null, 4, 'two'],
    ],
  ],
  [
    'one character for a question mark, even of two units',
    "payload|contains: 'a?b'",
    text('xa😀b'),
    [[null, 1, 'a😀b']],
  ],
  ['an escaped question mark', "payload|contains: 'a\\?b'", text('aXb a?b'), [[null, 4, 'a?b']]],
  [
    'a match of a star from its first part to its last',
    "payload|contains: 'curl*sh'",
    text('a curl x | sh -x sh'),
    [[null, 2, 'curl x | sh']],
  ],
  ['a match across line breaks', "payload: '*curl*sh*'", text('x\ncurl\n| sh\n'), [[null, 2, 'curl\n| sh']]],
  ['a question mark at the edge', "payload: '?b'", text('😀b'), [[null, 0, '😀b']]],
  ['letters whose lower case is longer', 'payload|contains: needle', text('İİ NEEDLE'), [[null, 3, 'NEEDLE']]],
  ['a dotted capital İ as one letter', 'payload|contains: istanbul', text('in İSTANBUL'), [[null, 3, 'İSTANBUL']]],
  ['a long s as an s', 'payload|contains: passwort', text('das Paſſwort'), [[null, 4, 'Paſſwort']]],
  ['the Kelvin sign as a k', 'payload|contains: token', text(`my to${KELVIN}en`), [[null, 3, `to${KELVIN}en`]]],
  [
    'both forms of the small sigma',
    'payload|contains: ΣΑΣ',
    text('xσας σασ'),
    [
      [null, 1, 'σας'],
      [null, 5, 'σασ'],
    ],
  ],
  [
    'any of five characters as a dash',
    "payload|windash|contains: ' -enc'",
    text('ps –enc ps /ENC ps ―enc'),
    [
      [null, 2, ' –enc'],
      [null, 10, ' /ENC'],
      [null, 18, ' ―enc'],
    ],
  ],
  [
    'base64-encoded text',
    'payload|base64|contains: secret',
    text(`x ${base64('secret')}!`),
    [[null, 2, base64('secret')]],
  ],
  ['UTF-16LE text', 'payload|wide|contains: ps', text('xp\0s\0y\0'), [[null, 1, 'p\0s\0']]],
  ['UTF-16BE text', 'payload|utf16be|contains: ps', text('\0p\0s'), [[null, 0, '\0p\0s']]],
  [
    'a regular expression',
    "payload|re: 'c[aou]t+'",
    text('Cat catt cut'),
    [
      [null, 4, 'catt'],
      [null, 9, 'cut'],
    ],
  ],
  ['a regular expression after emoji', "payload|re: '.t$'", text('😀😀t'), [[null, 2, '😀t']]],
  [
    'a regular expression across lines',
    "payload|re|m|i: '^b.*$'",
    text('a\nBcd\nbe'),
    [
      [null, 2, 'Bcd'],
      [null, 6, 'be'],
    ],
  ],
  ['the other field’s text', 'payload|fieldref|contains: sender', text('by Agent.TEST now'), [[null, 3, 'Agent.TEST']]],
  [
    'the end of a text that equals the other field',
    'payload|fieldref|endswith: sender',
    text('x agent.test'),
    [[null, 2, 'agent.test']],
  ],
  [
    'JSON escapes as one character',
    'payload|contains: needle',
    jsonEntry('{"a":"\\u00e9\\n\\"n\\u0065edle\\\\"}'),
    [['/a', 3, 'needle']],
  ],
  [
    'an escaped emoji as two units',
    'payload|contains: needle',
    jsonEntry('{"a":"\\ud83d\\ude00needle"}'),
    [['/a', 2, 'needle']],
  ],
  [
    'text in lists and objects',
    'payload.a.b|contains: x',
    jsonEntry('{"a":[{"b":"yx"},{"b":["x","z","xx"]}]}'),
    [
      ['/a/0/b', 1, 'x'],
      ['/a/1/b/0', 0, 'x'],
      ['/a/1/b/2', 0, 'x'],
      ['/a/1/b/2', 1, 'x'],
    ],
  ],
  [
    'text under names with slashes and tildes',
    'payload.a/b.c~d: x',
    jsonEntry('{"a/b":{"c~d":"x"}}'),
    [['/a~1b/c~0d', 0, 'x']],
  ],
  ['text under an empty name', 'payload|contains: x', jsonEntry('{"":"x"}'), [['/', 0, 'x']]],
  ['a top-level JSON string', 'payload|contains: x', jsonEntry(' "ax" '), [['', 1, 'x']]],
  ['a whole number, with its original digits', 'payload.n: 1.50', jsonEntry('{"n": 1.50}'), [['/n', 0, '1.50']]],
  ['a whole compared number', 'payload.n|gte: 10', jsonEntry('{"n":1.5e1}'), [['/n', 0, '1.5e1']]],
  [
    'a whole address',
    'payload.ip|cidr: 10.0.0.0/8',
    jsonEntry('{"ip":["11.1.1.1","10.1.1.1"]}'),
    [['/ip/1', 0, '10.1.1.1']],
  ],
  ['a whole time', 'payload.t|month: 5', jsonEntry('{"t":"2024-05-06"}'), [['/t', 0, '2024-05-06']]],
  ['the whole value of a field that exists', 'payload.a|exists: true', jsonEntry('{"a":"xy"}'), [['/a', 0, 'xy']]],
  ['nothing for an object that exists', 'payload.a|exists: true', jsonEntry('{"a":{"b":1}}'), []],
  ['nothing for an absent field', 'payload.a: null', jsonEntry('{}'), []],
  ['the whole null', 'payload.a: null', jsonEntry('{"a":null}'), [['/a', 0, 'null']]],
  ['nothing for a value that differs', 'payload|neq: x', text('y'), []],
]

describe('a place marks', () => {
  test.each(CASES)('%s', (_, search, entry, expected) => {
    const rules = one(search)
    expect(matchEntry(entry, rules)).toHaveLength(1)
    expect(marks(entry, rules)).toEqual(expected)
  })

  test.each([0, 1, 2])('base64-encoded text after %i other bytes', (shift) => {
    const encoded = base64(`${'x'.repeat(shift)}/bin/bash -i`)
    const entry = text(`run ${encoded} now`)
    const [mark, ...more] = marks(entry, one('payload|base64offset|contains: /bin/bash'))
    expect(more).toEqual([])
    // The characters that are determined only by bytes of the value.
    expect(encoded).toContain(mark?.[2])
    expect(mark?.[1]).toBe(4 + Math.ceil((shift * 8) / 6))
    expect(mark?.[2]).toHaveLength(Math.floor(((shift + 9) * 8) / 6) - Math.ceil((shift * 8) / 6))
  })

  test('wide text that is then encoded', () => {
    const encoded = Buffer.from('xxIEX', 'utf16le').toString('base64')
    const [mark] = marks(text(encoded), one('payload|wide|base64offset|contains: IEX'))
    // Four bytes precede it, so its first bit is the 32nd, in the sixth character, which also has bits of other bytes.
    expect(mark).toEqual([null, 6, encoded.slice(6, 13)])
  })

  test('keywords in every field, in the order of the entry', () => {
    const rules = ruleSetOf(aRule('  s:\n    - needle\n    - agent\n  condition: s'))
    const entry = jsonEntry('{"a":"a needle","needle":1}', { context: 'needle', attributes: '{"x":{"y":"Needles"}}' })
    const [match] = matchEntry(entry, rules)
    expect(match?.places.map((place) => [place.field, place.pointer, marked(entry, place)])).toEqual([
      ['sender', null, 'agent'],
      ['context', null, 'needle'],
      ['payload', '/a', 'needle'],
      ['attributes', '/x/y', 'Needle'],
    ])
  })

  test('a leaf of any JSON by its top-level field and the pointer below it', () => {
    const [match] = matchJson('{"a/b":{"c":["x","needle"]}}', one("'a/b.c|contains': needle"))
    expect(match?.places).toEqual([{ field: 'a/b', pointer: '/c/1', start: 0, end: 6 }])
  })

  test('both of two equal names', () => {
    expect(matchEntry(jsonEntry('{"a":"x","a":"yx"}'), one('payload.a|contains: x'))[0]?.places).toEqual([
      { field: 'payload', pointer: '/a', start: 0, end: 1 },
      { field: 'payload', pointer: '/a', start: 1, end: 2 },
    ])
  })

  test('where each selection and value matched', () => {
    const rules = ruleSetOf(
      aRule(
        [
          '  cmd:',
          "    payload.c|contains: ['nothing', 'curl']",
          '    payload.u|re: ro+t',
          '  other:',
          '    payload.c: none',
          '  keys:',
          '    - secret',
          '  condition: (cmd or other) and keys',
        ].join('\n'),
      ),
    )
    const [match] = matchEntry(jsonEntry('{"c":"a curl","u":"root","k":"Secret"}'), rules)
    expect(match?.selections).toEqual([
      {
        name: 'cmd',
        parts: [
          {
            field: 'payload.c',
            modifiers: ['contains'],
            value: 1,
            pattern: 'curl',
            places: [{ field: 'payload', pointer: '/c', start: 2, end: 6 }],
          },
          {
            field: 'payload.u',
            modifiers: ['re'],
            value: 0,
            pattern: 'ro+t',
            places: [{ field: 'payload', pointer: '/u', start: 0, end: 4 }],
          },
        ],
      },
      {
        name: 'keys',
        parts: [
          {
            field: null,
            modifiers: [],
            value: 0,
            pattern: 'secret',
            places: [{ field: 'payload', pointer: '/k', start: 0, end: 6 }],
          },
        ],
      },
    ])
  })
})

describe('every place', () => {
  const search = fc.oneof(
    GENERATED_SEARCHES.text,
    GENERATED_SEARCHES.regex,
    GENERATED_SEARCHES.encoded,
    GENERATED_SEARCHES.plainNumber,
    GENERATED_SEARCHES.number,
    GENERATED_SEARCHES.network,
    GENERATED_SEARCHES.time,
  )
  const several = fc.array(generatedEntry, { minLength: 40, maxLength: 40 })
  const insideCharacter = (leaf: string, at: number) => at > 0 && (leaf.codePointAt(at - 1) ?? 0) > 0xffff

  test('marks a text that matches on its own, splits no character, and follows the previous place', () => {
    let marksSeen = 0
    fc.assert(
      fc.property(
        search,
        fc.constantFrom('payload', 'payload', 'payload.a', 'sender'),
        several,
        (line, field, entries) => {
          const rules = one(`${field}${line}`)
          const itself = one(`payload${line}`)
          for (const entry of entries)
            for (const { places } of matchEntry(entry, rules)) {
              for (const place of places) {
                marksSeen++
                const whole = marked(entry, { ...place, start: 0, end: Infinity })
                const cut = marked(entry, place)
                expect(place.end).toBeLessThanOrEqual(whole.length)
                expect(insideCharacter(whole, place.start) || insideCharacter(whole, place.end)).toBe(false)
                expect([cut, matchEntry(textEntry(cut), itself).length]).toEqual([cut, 1])
              }
              expect(places).toEqual(places.toSorted((a, b) => (a.pointer === b.pointer ? a.start - b.start : 0)))
            }
        },
      ),
      { seed: SEED, numRuns: 250 },
    )
    expect(marksSeen).toBeGreaterThan(300)
  }, 120_000)
})

describe('a place in the redacted entry', () => {
  // The prefix of a token remains, and the rest is masked.
  const [kind, rest] = [['gh', 'p_'].join(''), 'aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xYzA12']
  const token = `${kind}${rest}`
  const masked = `${kind}${MASK}`
  const judged = (entry: Entry, rules: RuleSet) => {
    const { entry: redacted, matches } = judge(entry, rules, DEFAULT_REDACTION)
    return matches.flatMap(({ places }) =>
      places.map((place): Marked => [place.pointer, place.start, marked(redacted, place)]),
    )
  }
  const needle = one('payload|contains: needle')

  test('is shifted by a mask before it but not by one after it', () => {
    expect(judged(textEntry(`${token} needle ${token}`), needle)).toEqual([[null, masked.length + 1, 'needle']])
  })

  test.each([
    ["payload|re: 'ghp_[A-Za-z0-9]+'", 3, masked],
    ['payload|contains: 9kL1', 7, MASK],
    ['payload|contains: ghp_aB', 3, masked],
    ['payload|endswith: YzA12', 7, MASK],
    ['payload|contains: ghp_', 3, kind],
    ["payload: 'my *A12'", 0, `my ${masked}`],
  ])('covers the mask if %s matched all or part of the masked text', (search, start, text_) => {
    expect(judged(textEntry(`my ${token}`), one(search))).toEqual([[null, start, text_]])
  })

  test('covers the mask and the adjacent text if both matched', () => {
    expect(judged(textEntry(`my ${token} x`), one("payload|contains: 'my ghp_aB'"))).toEqual([
      [null, 0, `my ${masked}`],
    ])
    expect(judged(textEntry(`my ${token} x`), one("payload|contains: 'za12 x'"))).toEqual([[null, 7, `${MASK} x`]])
  })

  test('is returned for every selection too', () => {
    const { matches } = judge(textEntry(`${token} needle`), needle, DEFAULT_REDACTION)
    expect(matches[0]?.selections[0]?.parts[0]?.places).toEqual(matches[0]?.places)
  })

  test('has the masked name of a member in its pointer', () => {
    const entry = jsonEntry(JSON.stringify({ [token]: { a: 'needle' } }))
    expect(judged(entry, needle)).toEqual([[`/${masked}/a`, 0, 'needle']])
  })

  test('is correct in each leaf, after any escapes and masks', () => {
    const part = fc.constantFrom('needle', token, ' ', '😀', '"', '\n', 'é', 'x')
    const parts = fc.array(part, { maxLength: 8 }).map((list) => list.join(' '))
    fc.assert(
      fc.property(parts, parts, parts, (a, b, context) => {
        const entry = anEntry({ payload: { type: 'json', text: JSON.stringify({ a: [a], b }) }, context })
        const needles = Math.min(8, `${a} ${b}`.split('needle').length - 1)
        expect(judged(entry, needle).map(([, , cut]) => cut)).toEqual(Array.from({ length: needles }, () => 'needle'))
      }),
      { seed: SEED, numRuns: 500 },
    )
  }, 60_000)
})

test('places of a rule in a set equal those of the rule alone', () => {
  const parsed = ['one', 'two', 'three'].map((word) =>
    parseRule(aRule(`  s:\n    payload|contains: ${word}\n  condition: s`, `id: ${word}`)),
  )
  const entry = textEntry('three two one two')
  const together = matchEntry(entry, compileRuleSet(parsed))
  expect(together).toEqual(parsed.flatMap((each) => matchEntry(entry, compileRuleSet([each]))))
})
