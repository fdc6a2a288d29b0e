import { encodeText, type Encoding } from './encode.ts'
import { foldCase } from '../fold.ts'
import { globOf, globTokens, STAR, type GlobToken } from './glob.ts'
import { parseNetwork } from './network.ts'
import { checkRegex, RegexError } from '../regex/regex.ts'
import { RuleError, type SourceRange } from './rule-error.ts'
import type { Comparison, Search, Selection, Value } from './rule.ts'
import type { Tree, TreeEntry, TreeScalar } from './yaml-tree.ts'

/** One named part of `detection`: a map (all of it), a list of maps (any of them), or a list of keywords. */
export function parseSelection(tree: Tree): Selection {
  if (tree.kind === 'map') {
    if (tree.entries.length === 0) throw new RuleError('bad_detection', tree.range, 'This selection is empty.')
    return { kind: 'all', parts: tree.entries.map(parseEntry) }
  }
  if (tree.kind === 'scalar') return { kind: 'search', search: keywords([tree], tree.range) }
  if (tree.items.length === 0) throw new RuleError('bad_detection', tree.range, 'This selection is empty.')
  const parts = tree.items.map((item): Selection => {
    if (item.kind === 'list') throw new RuleError('bad_detection', item.range, 'A list in a list means nothing here.')
    return item.kind === 'map' ? parseSelection(item) : { kind: 'search', search: keywords([item], item.range) }
  })
  return { kind: 'any', parts }
}

function keywords(scalars: readonly TreeScalar[], range: SourceRange): Search {
  return {
    field: null,
    modifiers: [],
    all: false,
    negated: false,
    values: scalars.map((scalar) => keyword(scalar)),
    range,
  }
}

function keyword(scalar: TreeScalar): Value {
  if (scalar.value === null || scalar.text === '')
    throw new RuleError('bad_value', scalar.range, 'A keyword must be a text.')
  return { ...glob([STAR, ...globTokens(scalar.text), STAR], MODIFIERS_NONE), pattern: scalar.text }
}

/** What the modifiers of a key add up to. */
interface Modifiers {
  readonly place: 'whole' | 'contains' | 'startswith' | 'endswith'
  readonly all: boolean
  readonly cased: boolean
  readonly windash: boolean
  readonly encodings: readonly Encoding[]
  readonly regex: { readonly ignoreCase: boolean; readonly multiline: boolean; readonly dotAll: boolean } | null
  readonly comparison: Comparison | null
  readonly cidr: boolean
  readonly exists: boolean
}
const MODIFIERS_NONE: Modifiers = {
  place: 'whole',
  all: false,
  cased: false,
  windash: false,
  encodings: [],
  regex: null,
  comparison: null,
  cidr: false,
  exists: false,
}

/** A modifier is a row: what it adds to those before it. */
const MODIFIERS: Readonly<Record<string, (before: Modifiers) => Partial<Modifiers> | string>> = {
  contains: atPlace('contains'),
  startswith: atPlace('startswith'),
  endswith: atPlace('endswith'),
  all: () => ({ all: true }),
  cased: () => ({ cased: true }),
  windash: () => ({ windash: true }),
  base64: encodedAs('base64'),
  base64offset: encodedAs('base64offset'),
  wide: encodedAs('utf16le'),
  utf16le: encodedAs('utf16le'),
  utf16be: encodedAs('utf16be'),
  utf16: encodedAs('utf16'),
  re: () => ({ regex: { ignoreCase: false, multiline: false, dotAll: false } }),
  i: ({ regex }) => (regex ? { regex: { ...regex, ignoreCase: true } } : '"i" may only follow "re".'),
  m: ({ regex }) => (regex ? { regex: { ...regex, multiline: true } } : '"m" may only follow "re".'),
  s: ({ regex }) => (regex ? { regex: { ...regex, dotAll: true } } : '"s" may only follow "re".'),
  lt: () => ({ comparison: 'lt' }),
  lte: () => ({ comparison: 'lte' }),
  gt: () => ({ comparison: 'gt' }),
  gte: () => ({ comparison: 'gte' }),
  cidr: () => ({ cidr: true }),
  exists: () => ({ exists: true }),
}

/** Part of Sigma, and not of this engine yet. */
const NOT_YET = new Set(['fieldref', 'expand', 'neq', 'minute', 'hour', 'day', 'week', 'month', 'year'])

function atPlace(place: Modifiers['place']) {
  return (before: Modifiers) =>
    before.place === 'whole' ? { place } : `"${before.place}" and "${place}" exclude each other.`
}

function encodedAs(encoding: Encoding) {
  return ({ encodings, place }: Modifiers) => {
    if (place !== 'whole') return `"${place}" must stand behind the encoding.`
    const before = encodings.at(-1)
    if (before?.startsWith('base64')) return 'Nothing can be encoded after base64.'
    if (before !== undefined && !encoding.startsWith('base64')) return 'A text has one UTF-16 form.'
    return { encodings: [...encodings, encoding] }
  }
}

function parseModifiers(names: readonly string[], range: SourceRange): Modifiers {
  const found = { ...MODIFIERS_NONE }
  const seen = new Set<string>()
  for (const name of names) {
    if (NOT_YET.has(name))
      throw new RuleError('modifier_unsupported', range, `The modifier "${name}" is not supported yet.`)
    const modifier = Object.hasOwn(MODIFIERS, name) ? MODIFIERS[name] : undefined
    if (modifier === undefined) throw new RuleError('modifier_unsupported', range, `There is no modifier "${name}".`)
    if (seen.has(name)) throw new RuleError('modifier_misused', range, `The modifier "${name}" stands twice.`)
    seen.add(name)
    const added = modifier(found)
    if (typeof added === 'string') throw new RuleError('modifier_misused', range, added)
    Object.assign(found, added)
  }
  const alone = [found.regex !== null, found.comparison !== null, found.cidr, found.exists].filter(Boolean).length
  const text = found.place !== 'whole' || found.cased || found.windash || found.encodings.length > 0
  if (alone > 1 || (alone === 1 && text) || (found.exists && found.all))
    throw new RuleError('modifier_misused', range, `The modifiers "${names.join('|')}" do not go together.`)
  if (names.filter((name) => /^(?:lte?|gte?)$/.test(name)).length > 1)
    throw new RuleError('modifier_misused', range, 'One key holds one comparison; write a second key for the other.')
  return found
}

function parseEntry({ key, keyRange, value }: TreeEntry): Selection {
  const [field = '', ...names] = key.split('|')
  const modifiers = parseModifiers(names, keyRange)
  if (field === '' && names.join() !== 'all')
    throw new RuleError('bad_detection', keyRange, 'Without a field only "|all" is known: each keyword must occur.')
  if (value.kind === 'map')
    throw new RuleError('bad_value', value.range, 'A map is no value; write the path with dots: "payload.command".')
  const scalars = scalarsOf(value)
  if (modifiers.all && scalars.length < 2)
    throw new RuleError('modifier_misused', keyRange, '"all" needs at least two values.')
  const values = scalars.map((scalar) => {
    if (field === '') return keyword(scalar)
    if (scalar.value === null && value.kind === 'list')
      throw new RuleError('bad_value', scalar.range, 'Null in a list is ambiguous; give it a selection of its own.')
    return parseValue(scalar, modifiers)
  })
  return {
    kind: 'search',
    search: {
      field: field === '' ? null : field,
      modifiers: names,
      all: modifiers.all,
      negated: false,
      values,
      range: keyRange,
    },
  }
}

function scalarsOf(value: Tree): TreeScalar[] {
  if (value.kind === 'scalar') return [value]
  if (value.kind === 'map' || value.items.length === 0)
    throw new RuleError('bad_value', value.range, 'This list of values is empty.')
  return value.items.map((item) => {
    if (item.kind !== 'scalar') throw new RuleError('bad_value', item.range, 'A value must be a text or a number.')
    return item
  })
}

function parseValue(scalar: TreeScalar, modifiers: Modifiers): Value {
  const { value, text, range } = scalar
  if (modifiers.exists) {
    if (typeof value !== 'boolean') throw new RuleError('bad_value', range, '"exists" takes true or false.')
    return { kind: 'exists', wanted: value, pattern: text }
  }
  if (value === null) {
    if (!isPlain(modifiers)) throw new RuleError('bad_value', range, 'Null goes with no modifier.')
    return { kind: 'null', pattern: 'null' }
  }
  if (modifiers.comparison !== null) {
    const number = numberOf(text)
    if (number === null) throw new RuleError('bad_value', range, `"${modifiers.comparison}" takes a number.`)
    return { kind: 'number', comparison: modifiers.comparison, number, pattern: text }
  }
  if (modifiers.cidr) {
    const network = parseNetwork(text)
    if (network === null) throw new RuleError('bad_cidr', range, `${JSON.stringify(text)} is no network.`)
    return { kind: 'network', network, pattern: text }
  }
  if (modifiers.regex !== null) return regexValue(text, modifiers.regex, range)
  if (text === '' && modifiers.place !== 'whole')
    throw new RuleError('bad_value', range, 'Every text contains the empty text.')
  return { ...glob(globTokens(text), modifiers, range), pattern: text }
}

const isPlain = (modifiers: Modifiers) =>
  modifiers.place === 'whole' && modifiers.encodings.length === 0 && modifiers.regex === null && !modifiers.cidr

function regexValue(regex: string, flags: NonNullable<Modifiers['regex']>, range: SourceRange): Value {
  try {
    checkRegex(regex, flags)
  } catch (error) {
    if (!(error instanceof RegexError)) throw error
    throw new RuleError(error.code === 'unsupported' ? 'regex_unsupported' : 'bad_regex', range, error.message)
  }
  return { kind: 'regex', regex, flags, pattern: regex }
}

function glob(tokens: readonly GlobToken[], modifiers: Modifiers, range?: SourceRange) {
  const { cased, windash, encodings, place } = modifiers
  if (encodings.length > 0 && tokens.some((token) => typeof token !== 'string'))
    throw new RuleError('bad_value', range ?? NOWHERE, 'A wildcard cannot be encoded.')
  const plain = tokens.map((token): GlobToken => (typeof token === 'string' && windash ? oneDash(token) : token))
  const forms =
    encodings.length === 0
      ? [plain]
      : // All dashes are one while matching, but not once encoded: each dash there is a form of its own.
        dashForms(tokens.join(''), windash).flatMap((text) => encodeText(text, encodings).map((form) => [form]))
  const globs = forms.map((form) => {
    const folded = form.map((token): GlobToken => (typeof token === 'string' && !cased ? foldCase(token) : token))
    const open: GlobToken[] = place === 'contains' || place === 'endswith' ? [STAR, ...folded] : [...folded]
    return globOf(place === 'contains' || place === 'startswith' ? [...open, STAR] : open)
  })
  return { kind: 'glob' as const, globs, cased, windash: windash && encodings.length === 0 }
}

const NOWHERE: SourceRange = { line: 1, column: 1, endLine: 1, endColumn: 1 }

/** The five characters that Windows programs take for a dash, as one; keeps the length. */
export const oneDash = (text: string) => text.replaceAll(/[/\u2013-\u2015]/g, '-')

function dashForms(text: string, windash: boolean): string[] {
  if (!windash) return [text]
  return ['-', '/', '\u2013', '\u2014', '\u2015'].map((dash) => text.replaceAll(/[-/\u2013-\u2015]/g, dash))
}

/** A decimal number as JSON or a person writes one; no blanks, no hexadecimal, not the empty text. */
export function numberOf(text: string): number | null {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : null
}
