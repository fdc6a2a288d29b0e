import type { Encoding } from './encode.ts'
import { mendTo } from '../mend.ts'
import { nearest } from '@sentinelmesh/text/nearest'
import type { CustomModifier, Part, Reading } from '../reading.ts'
import type { RuleErrorCode } from '../rule-error.ts'
import type { Comparison, TextPlace, TimePart } from '../rule.ts'

/** The combined effect of a key's modifiers. */
export interface Modifiers {
  readonly place: TextPlace
  readonly all: boolean
  readonly negated: boolean
  readonly cased: boolean
  readonly windash: boolean
  readonly encodings: readonly Encoding[]
  readonly expand: boolean
  /** The type of the value: at most one of these is set; with none it is plain text. */
  readonly regex: { readonly ignoreCase: boolean; readonly multiline: boolean; readonly dotAll: boolean } | null
  readonly comparison: Comparison | null
  readonly time: TimePart | null
  readonly cidr: boolean
  readonly exists: boolean
  readonly fieldref: boolean
  readonly custom: CustomModifier | null
}

export const NO_MODIFIERS: Modifiers = {
  place: 'whole',
  all: false,
  negated: false,
  cased: false,
  windash: false,
  encodings: [],
  expand: false,
  regex: null,
  comparison: null,
  time: null,
  cidr: false,
  exists: false,
  fieldref: false,
  custom: null,
}

interface Refusal {
  readonly code: RuleErrorCode
  readonly message: string
}
/** Returns what a modifier adds to those before it, or why it is not allowed there. */
type Row = (before: Modifiers) => Partial<Modifiers> | Refusal

const MODIFIERS: Readonly<Record<string, Row>> = {
  contains: atPlace('contains'),
  startswith: atPlace('startswith'),
  endswith: atPlace('endswith'),
  all: () => ({ all: true }),
  neq: () => ({ negated: true }),
  cased: () => ({ cased: true }),
  windash: beforeEncoding('windash', { windash: true }),
  base64: encodedAs('base64'),
  base64offset: encodedAs('base64offset'),
  wide: encodedAs('utf16le'),
  utf16le: encodedAs('utf16le'),
  utf16be: encodedAs('utf16be'),
  utf16: encodedAs('utf16'),
  expand: beforeEncoding('expand', { expand: true }),
  re: () => ({ regex: { ignoreCase: false, multiline: false, dotAll: false } }),
  i: regexFlag('i', 'ignoreCase'),
  ignorecase: regexFlag('ignorecase', 'ignoreCase'),
  m: regexFlag('m', 'multiline'),
  multiline: regexFlag('multiline', 'multiline'),
  s: regexFlag('s', 'dotAll'),
  dotall: regexFlag('dotall', 'dotAll'),
  lt: comparedBy('lt'),
  lte: comparedBy('lte'),
  gt: comparedBy('gt'),
  gte: comparedBy('gte'),
  minute: partOfTime('minute'),
  hour: partOfTime('hour'),
  day: partOfTime('day'),
  week: partOfTime('week'),
  month: partOfTime('month'),
  year: partOfTime('year'),
  cidr: () => ({ cidr: true }),
  exists: () => ({ exists: true }),
  fieldref: () => ({ fieldref: true }),
}
/** The valid integers for each part of a time, inclusive. */
export const TIME_RANGES: Readonly<Record<TimePart, readonly [least: number, most: number]>> = {
  minute: [0, 59],
  hour: [0, 23],
  day: [1, 31],
  week: [1, 53],
  month: [1, 12],
  year: [0, 9999],
}

export const MODIFIER_NAMES: readonly string[] = Object.keys(MODIFIERS)

/** Throws a `TypeError` if a custom modifier has an invalid name, or the name of another modifier. */
export function checkOwnModifiers(modifiers: readonly CustomModifier[] = []): void {
  const seen = new Set(MODIFIER_NAMES)
  for (const { name } of modifiers) {
    if (!/^[a-z][a-z0-9_]*$/.test(name))
      throw new TypeError(`The modifier ${JSON.stringify(name)} needs a name of a-z, 0-9 and _.`)
    if (seen.has(name)) throw new TypeError(`There is a modifier "${name}" already.`)
    seen.add(name)
  }
}

const conflict = (message: string): Refusal => ({ code: 'modifier_conflict', message })

function atPlace(place: TextPlace): Row {
  return (before) =>
    before.place === 'whole' ? { place } : conflict(`"${before.place}" and "${place}" exclude each other.`)
}

function encodedAs(encoding: Encoding): Row {
  return ({ encodings, place }) => {
    if (place !== 'whole') return { code: 'modifier_order', message: `"${place}" must stand behind the encoding.` }
    const before = encodings.at(-1)
    if (before?.startsWith('base64')) return { code: 'modifier_order', message: 'Nothing can be encoded after base64.' }
    if (before !== undefined && !encoding.startsWith('base64')) return conflict('A text has one UTF-16 form.')
    return { encodings: [...encodings, encoding] }
  }
}

/** Modifiers apply in written order, so this one must precede encodings: an encoded text has no dash or placeholder. */
function beforeEncoding(name: string, added: Partial<Modifiers>): Row {
  return ({ encodings }) =>
    encodings.length === 0 ? added : { code: 'modifier_order', message: `"${name}" must stand before the encoding.` }
}

function regexFlag(name: string, flag: 'ignoreCase' | 'multiline' | 'dotAll'): Row {
  return ({ regex }) => (regex ? { regex: { ...regex, [flag]: true } } : conflict(`"${name}" may only follow "re".`))
}

function comparedBy(comparison: Comparison): Row {
  return (before) =>
    before.comparison === null
      ? { comparison }
      : conflict('One key holds one comparison; write a second key for the other.')
}

function partOfTime(time: TimePart): Row {
  return (before) =>
    before.time === null ? { time } : conflict('One key asks for one part of a time; write a second key for the other.')
}

/** Parses the modifier names after a field. Throws `RuleError` at `part`, the key. */
export function parseModifiers(names: readonly string[], part: Part, reading: Reading): Modifiers {
  const found = { ...NO_MODIFIERS }
  const custom = reading.options.modifiers ?? []
  const seen = new Set<string>()
  for (const name of names) {
    const own = custom.find((modifier) => modifier.name === name)
    const row = Object.hasOwn(MODIFIERS, name) ? MODIFIERS[name] : undefined
    if (row === undefined && own === undefined) {
      const near = nearest(name, [...MODIFIER_NAMES, ...custom.map((modifier) => modifier.name)])
      throw reading.error('unknown_modifier', part, `There is no modifier ${JSON.stringify(name)}.`, mendTo(near))
    }
    if (seen.has(name)) throw reading.error('modifier_conflict', part, `The modifier "${name}" stands twice.`)
    seen.add(name)
    const added = row === undefined ? ownModifier(found, own ?? null) : row(found)
    if ('code' in added) throw reading.error(added.code, part, added.message)
    Object.assign(found, added)
  }
  if (!goTogether(found))
    throw reading.error('modifier_conflict', part, `The modifiers "${names.join('|')}" do not go together.`)
  return found
}

function ownModifier(before: Modifiers, custom: CustomModifier | null): Partial<Modifiers> | Refusal {
  return before.custom === null ? { custom } : conflict("One key holds one modifier that is not Sigma's.")
}

function goTogether(found: Modifiers): boolean {
  const { regex, comparison, time, cidr, exists, fieldref, custom } = found
  const types = [regex !== null, comparison !== null, time !== null, cidr, exists, fieldref, custom !== null]
  const count = types.filter(Boolean).length
  const encoded = found.windash || found.encodings.length > 0
  const text = encoded || found.place !== 'whole' || found.cased
  if (count > 1 || (count === 1 && (fieldref ? encoded : text))) return false
  if (fieldref && found.expand) return false
  return !(exists && (found.all || found.negated || found.expand))
}
