import * as fc from 'fast-check'
import type { Ast, Clause, PresenceField, TextField, TimeField } from '../ast.ts'
import type { Queryable } from '../compile.ts'
import { FIELDS } from '../fields.ts'

/**
 * Queries and entries for property tests, here and in other query implementations. Both draw from the same few
 * texts, so that clauses match about half of the time. The texts are error-prone: case folding that changes length,
 * surrogate pairs, NUL, quotation marks, literal wildcards and backslashes.
 */
const TEXTS = [
  'agent.billing',
  'tool.shell',
  'Tool.Shell',
  'a',
  'A*b?',
  String.raw`C:\dir\*`,
  'say "hi"',
  'x\ty (z)',
  'İstanbul',
  'ΟΔΟΣ',
  'οδος',
  'smile 😀 end',
  'ß',
  "it's; -- DROP",
  '%_',
  '-rf',
  '>=5',
  '1..5',
  '/etc/passwd',
  'OR',
  'sender:x',
  'https://evil.example/a?b=c',
  'attributes."q":1',
  '',
  '7',
  '7.50',
  '12345678901234567890',
  'true',
] as const

/** Microseconds. The times of entries and queries are close to it. */
export const NOW = Date.UTC(2026, 3, 14, 12, 0, 0) * 1_000

const text = fc.constantFrom(...TEXTS)
const loose = fc.oneof(
  { weight: 6, arbitrary: text },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 8 }) },
)
const orNull = (arbitrary: fc.Arbitrary<string>) => fc.option(arbitrary, { nil: null, freq: 3 })
const enumOf = (name: string) => fc.constantFrom(...(FIELDS.find((field) => field.name === name)?.values ?? []))

const KEYS = ['model', 'a', 'a.b', 'odd key', '__proto__', 'ключ'] as const
const key = fc.constantFrom(...KEYS)
const jsonValue: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    loose,
    fc.integer({ min: -9, max: 9 }),
    fc.constantFrom(7.5, 1e21, true, false, null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value

/** JSON as different programs write it, with whitespace and unnecessary escapes. */
const jsonText = (value: fc.Arbitrary<unknown>) =>
  fc.tuple(value, fc.constantFrom(undefined, 1), fc.boolean()).map(([json, indent, escapeAll]) => {
    const written = JSON.stringify(json, undefined, indent)
    if (!escapeAll) return written
    return written.replace(/[^\x20-\x7e\n]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  })

const payload = fc.oneof(
  fc.array(loose, { maxLength: 3 }).map((parts) => ({ type: 'text' as const, text: parts.join(' \0') })),
  jsonText(fc.oneof(fc.array(jsonValue, { maxLength: 4 }), fc.dictionary(key, jsonValue, { maxKeys: 4 }))).map(
    (json) => ({
      type: 'json' as const,
      text: json,
    }),
  ),
)

const instant = fc
  .integer({ min: -3, max: 3 })
  .chain((days) =>
    fc
      .constantFrom(0, 1, -1, 1_000_000, 900_000_000, 3_600_000_000)
      .map((micros) => NOW + days * 86_400_000_000 + micros),
  )

/** Without NUL, which the edge rejects in names. */
const name = loose.map((value) => value.replaceAll('\0', ''))

export const entries: fc.Arbitrary<Queryable> = fc.record({
  id: fc.uuid({ version: 7 }),
  source_id: orNull(name),
  sender: name,
  receiver: orNull(name),
  kind: enumOf('kind'),
  session: orNull(name),
  context: orNull(name),
  risk: fc.integer({ min: 0, max: 100 }),
  band: enumOf('band'),
  at: instant,
  received_at: instant,
  surface: enumOf('surface'),
  reported_by: name,
  verdict: orNull(enumOf('verdict')),
  would: orNull(enumOf('would')),
  unjudged: fc.boolean(),
  undecided: fc.constantFrom([], [{}]),
  payload,
  attributes: fc.option(jsonText(fc.dictionary(key, jsonValue, { maxKeys: 4 })), { nil: null }),
  matches: fc.array(fc.record({ ruleId: name, title: name, level: enumOf('level') }), { maxLength: 3 }),
})

const PLACE = { start: 0, end: 0 }
const place = { start: fc.constant(0), end: fc.constant(0) }
const exact = loose.map((value) => ({ type: 'exact' as const, text: value }))
/** A text with a part replaced by wildcards, or two unrelated texts joined by wildcards. */
const pattern = fc
  .tuple(loose, loose, fc.constantFrom('*', '?', '**', '*?', '?*'), fc.nat(6), fc.nat(3))
  .map(([one, other, wild, at, length]) => {
    const literal = (value: string) => value.replace(/[*?\\]/g, String.raw`\$&`)
    const units = [...one]
    const after = length === 3 ? other : units.slice(at + length).join('')
    return { type: 'pattern' as const, pattern: `${literal(units.slice(0, at).join(''))}${wild}${literal(after)}` }
  })
const textValue = fc.oneof({ weight: 2, arbitrary: exact }, { weight: 1, arbitrary: pattern })
const regex = fc.record({
  type: fc.constant('regex' as const),
  source: fc.constantFrom(
    '^a',
    'S',
    String.raw`\.`,
    'a|b',
    '/etc/',
    '[😀-😂]',
    String.raw`\\d`,
    String.raw`\x00`,
    'hell$',
    'i.s',
    ' ',
  ),
  flags: fc.constantFrom('', 'i', 'im', 'ims', 's'),
})
const order = fc.constantFrom('>' as const, '>=' as const, '<' as const, '<=' as const)
const compareTo = <T>(value: fc.Arbitrary<T>) =>
  fc.record({ type: fc.constant('compare' as const), op: fc.oneof(fc.constant('=' as const), order), value })
const risk = fc.integer({ min: 0, max: 100 })
const between = (number: fc.Arbitrary<number>) =>
  fc.tuple(number, number).map(([a, b]) => ({ type: 'between' as const, from: Math.min(a, b), to: Math.max(a, b) }))
const attributeNumber = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constantFrom(7.5, 1e21, 1e-7, -0.25))
const time = fc.constantFrom(
  '15m',
  '-24h',
  '2d',
  '2026-04-14',
  '2026-04-13T12:00',
  '2026-04-14 12:00:00',
  '2026-04-14T14:00:00+02:00',
  '2026-04-14T12:00:00.000001Z',
  '2026-04-15T12:00:01.5Z',
)
const path = fc.constantFrom(...KEYS, 'model.a', 'a.b.a', 'absent')

const PRESENCE = FIELDS.find((field) => field.name === 'has')?.values as readonly PresenceField[]
const TEXT_FIELDS = FIELDS.filter(({ type }) => type === 'name' || type === 'text').map(({ name }) => name as TextField)

export const clauseArbitrary: fc.Arbitrary<Clause> = fc.oneof(
  fc.record({ ...place, type: fc.constant('words' as const), value: textValue }),
  fc.record({
    ...place,
    type: fc.constant('text' as const),
    field: fc.constantFrom(...TEXT_FIELDS),
    value: fc.oneof({ weight: 3, arbitrary: textValue }, { weight: 1, arbitrary: regex }),
  }),
  fc.constantFrom('band' as const, 'level' as const, 'verdict' as const, 'would' as const).chain((field) =>
    fc.record({
      ...place,
      type: fc.constant('enum' as const),
      field: fc.constant(field),
      test: compareTo(enumOf(field)),
    }),
  ),
  fc.constantFrom('kind' as const, 'surface' as const, 'unjudged' as const, 'undecided' as const).chain((field) =>
    fc.record({
      ...place,
      type: fc.constant('enum' as const),
      field: fc.constant(field),
      test: fc.oneof(
        enumOf(field).map((value) => ({ type: 'compare' as const, op: '=' as const, value })),
        enumOf(field).map((value) => ({ type: 'pattern' as const, pattern: `${value.slice(0, 2)}*` })),
      ),
    }),
  ),
  fc.record({
    ...place,
    type: fc.constant('number' as const),
    field: fc.constant('risk' as const),
    test: fc.oneof(compareTo(risk), between(risk)),
  }),
  fc.record({
    ...place,
    type: fc.constant('time' as const),
    field: fc.constantFrom<TimeField>('at', 'received_at'),
    test: fc.oneof(compareTo(time), fc.record({ type: fc.constant('between' as const), from: time, to: time })),
  }),
  fc.record({
    ...place,
    type: fc.constant('attribute' as const),
    path,
    test: fc.oneof(
      textValue,
      regex,
      fc.record({ type: fc.constant('compare' as const), op: order, value: attributeNumber }),
      between(attributeNumber),
    ),
  }),
  fc.record({
    ...place,
    type: fc.constant('has' as const),
    field: fc.constantFrom(...PRESENCE),
    path: fc.constant(null),
  }),
  fc.record({ ...place, type: fc.constant('has' as const), field: fc.constant('attributes' as const), path }),
)

/** Trees as `parse` creates them, with all offsets 0. */
export const queries: fc.Arbitrary<Ast> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Ast>({ type: 'and', of: [], ...PLACE }) },
  {
    weight: 40,
    arbitrary: fc.letrec<{ ast: Ast }>((tie) => ({
      ast: fc.oneof(
        { depthSize: 'small', maxDepth: 4, withCrossShrink: true },
        clauseArbitrary,
        fc.record({ ...place, type: fc.constant('not' as const), of: tie('ast') }),
        fc.record({
          ...place,
          type: fc.constantFrom('and' as const, 'or' as const),
          of: fc.array(tie('ast'), { minLength: 2, maxLength: 3 }),
        }),
      ),
    })).ast,
  },
)

/** The tree with all offsets 0, to compare the meaning of two texts. */
export function withoutPlaces(ast: Ast): Ast {
  if (ast.type === 'not') return { ...ast, of: withoutPlaces(ast.of), ...PLACE }
  if (ast.type === 'and' || ast.type === 'or') return { ...ast, of: ast.of.map(withoutPlaces), ...PLACE }
  return { ...ast, ...PLACE }
}
