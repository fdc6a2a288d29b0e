import { decimalOf, numberOf } from './values/decimal.ts'
import { encodeText } from './values/encode.ts'
import { DASHES, oneDash } from '../dashes.ts'
import { foldCase } from '@sentinelmesh/text/fold-case'
import { ANY, globOf, globTokens, STAR, type GlobToken } from './values/glob.ts'
import { LIMITS } from '../limits.ts'
import { NO_MODIFIERS, parseModifiers, TIME_RANGES, type Modifiers } from './values/modifiers.ts'
import { parseNetwork } from './values/network.ts'
import type { Mapped } from './pipeline/pipeline.ts'
import { expandPlaceholders } from './values/placeholders.ts'
import type { Part, Reading } from './reading.ts'
import { checkRegex, regexCopies, RegexError } from '../regex/regex.ts'
import type { Search, Selection, TimePart, Value } from './rule.ts'
import type { Tree, TreeEntry, TreeMap, TreeScalar } from './yaml/yaml-nodes.ts'

/** The context for parsing a detection. */
export interface DetectionContext {
  readonly reading: Reading
  readonly mapped: Mapped
}

interface Budgeted extends DetectionContext {
  /**
   * The remaining budget of this document: encoded texts (`forms`), and copies in its regular expressions (`copies`).
   */
  readonly budget: { forms: number; copies: number }
}

/** Parses the selections of a `detection` or `filter`: all keys except `reserved`. Reports errors to the reading. */
export function parseSelections(
  map: TreeMap,
  path: string,
  reserved: readonly string[],
  context: DetectionContext,
): ReadonlyMap<string, Selection> {
  const selections = new Map<string, Selection>()
  const budgeted = { ...context, budget: { forms: LIMITS.encodedForms, copies: LIMITS.regexCopies } }
  for (const { key, value } of map.entries) {
    if (reserved.includes(key)) continue
    // Selections that the condition does not use are parsed too, so that their errors are reported.
    const selection = context.reading.attempt(() => parseSelection(value, `${path}.${key}`, budgeted))
    selections.set(key, selection ?? NOTHING)
  }
  return selections
}

/** Placeholder for a selection that could not be parsed, in a document that is refused. */
const NOTHING: Selection = { kind: 'any', parts: [] }

/** Parses one selection: a map (all entries must match), or a list of maps and keywords (any must match). */
function parseSelection(tree: Tree, path: string, context: Budgeted): Selection {
  const { reading } = context
  if (tree.kind === 'scalar')
    throw reading.error(
      'bad_detection',
      { span: tree, path },
      'A selection is a map of fields, or a list of maps or keywords.',
      tree.value === null ? null : `Write "- ${tree.text}" for a keyword.`,
    )
  if (tree.kind === 'map') return parseMap(tree, path, context)
  if (tree.items.length === 0) throw reading.error('empty_detection', { span: tree, path }, 'This selection is empty.')
  const parts: Selection[] = []
  const words: Value[] = []
  for (const [index, item] of tree.items.entries()) {
    const place = `${path}[${index}]`
    reading.attempt(() => {
      if (item.kind === 'list')
        throw reading.error('bad_value', { span: item, path: place }, 'A list in a list means nothing here.')
      if (item.kind === 'map') parts.push(parseMap(item, place, context))
      else words.push(keyword(item, place, reading))
    })
  }
  if (words.length > 0) parts.push({ kind: 'search', search: keywords(words, false, reading.range(tree)) })
  const [only] = parts
  return parts.length === 1 && only !== undefined ? only : { kind: 'any', parts }
}

function parseMap(map: TreeMap, path: string, context: Budgeted): Selection {
  const { reading } = context
  if (map.entries.length === 0) throw reading.error('empty_detection', { span: map, path }, 'This selection is empty.')
  const parts = map.entries.map((entry) => reading.attempt(() => parseEntry(entry, path, context)) ?? NOTHING)
  return { kind: 'all', parts }
}

function keywords(values: readonly Value[], all: boolean, range: Search['range']): Search {
  return { field: null, modifiers: all ? ['all'] : [], all, negated: false, values, range }
}

function keyword(scalar: TreeScalar, path: string, reading: Reading): Value {
  const part = { span: scalar, path }
  if (scalar.value === null) throw reading.error('null_in_list', part, 'A keyword must be a text.')
  if (scalar.text === '') throw reading.error('empty_value', part, 'Every text contains the empty text.')
  return glob([[STAR, ...wildcardTokens(scalar.text, part, reading), STAR]], NO_MODIFIERS, scalar.text)
}

function parseEntry({ key, keySpan, value }: TreeEntry, path: string, context: Budgeted): Selection {
  const { reading, mapped } = context
  const [field = '', ...names] = key.split('|')
  const part = { span: keySpan, path: `${path}.${key}` }
  const modifiers = parseModifiers(names, part, reading)
  if (field === '' && names.join() !== 'all')
    throw reading.error(
      names.length === 0 ? 'bad_value' : 'modifier_conflict',
      part,
      'Without a field only "|all" is known: each keyword must occur.',
    )
  const scalars = scalarsOf(value, part.path, reading)
  if (modifiers.all && scalars.length < 2)
    throw reading.error('all_single_value', part, '"all" needs at least two values.', withoutAll(key))
  const range = reading.range(keySpan)
  if (field === '') {
    const words = scalars.map((scalar) => reading.attempt(() => keyword(scalar, part.path, reading)))
    return { kind: 'search', search: keywords(words.filter(known), true, range) }
  }
  const each: Value[][] = []
  for (const scalar of scalars) {
    try {
      const at = { span: scalar, path: part.path }
      if (scalar.value === null && value.kind === 'list')
        throw reading.error('null_in_list', at, 'Null in a list is ambiguous; give it a selection of its own.')
      each.push(alternatives(scalar, modifiers, at, context))
    } catch (error) {
      reading.keep(error)
    }
  }
  return searchesOf(each, mapped.fields(field), modifiers, part, reading, (field, values, all) => ({
    kind: 'search',
    search: { field, modifiers: names, all, negated: modifiers.negated, values, range },
  }))
}

const known = (value: Value | null): value is Value => value !== null
const withoutAll = (key: string) =>
  `Write "${key
    .split('|')
    .filter((name) => name !== 'all')
    .join('|')}".`

/**
 * Builds one search if one is enough. If the pipeline maps a field to several, any of them may match (with `neq`, none
 * may). If a value under `all` expands to several, any of those may match.
 */
function searchesOf(
  each: readonly (readonly Value[])[],
  fields: readonly string[],
  { all, negated }: Modifiers,
  part: Part,
  reading: Reading,
  search: (field: string, values: readonly Value[], all: boolean) => Selection,
): Selection {
  const nested = all && each.some((values) => values.length > 1)
  if (nested && negated)
    throw reading.error(
      'modifier_conflict',
      part,
      '"all" and "neq" do not go together with values that stand for several.',
    )
  const ofField = (field: string): Selection =>
    nested
      ? { kind: 'all', parts: each.map((values) => search(field, values, false)) }
      : search(field, each.flat(), all)
  const parts = fields.map(ofField)
  const [only] = parts
  return parts.length === 1 && only !== undefined ? only : { kind: negated ? 'all' : 'any', parts }
}

function scalarsOf(value: Tree, path: string, reading: Reading): TreeScalar[] {
  if (value.kind === 'scalar') return [value]
  if (value.kind === 'map')
    throw reading.error(
      'bad_value',
      { span: value, path },
      'A map is no value; write the path with dots: "payload.command".',
    )
  if (value.items.length === 0)
    throw reading.error('empty_value', { span: value, path }, 'This list of values is empty.')
  return value.items.map((item) => {
    if (item.kind === 'scalar') return item
    throw reading.error('bad_value', { span: item, path }, 'A value must be a text or a number.')
  })
}

/** Expands one written value: to several if it contains placeholders or names a mapped field. */
function alternatives(scalar: TreeScalar, modifiers: Modifiers, part: Part, context: Budgeted): Value[] {
  const { reading, mapped } = context
  const { value, text } = scalar
  const type = (message: string) => reading.error('modifier_type', part, message)
  if (modifiers.exists) {
    if (typeof value !== 'boolean') throw type('"exists" takes true or false, without quotes.')
    return [{ kind: 'exists', wanted: value, pattern: text }]
  }
  if (value === null) {
    if (!takesNull(modifiers)) throw type('Null goes with no modifier but "neq".')
    return [{ kind: 'null', pattern: 'null' }]
  }
  if (modifiers.fieldref) {
    const { place, cased } = modifiers
    const tokens = globTokens(text)
    if (typeof value !== 'string' || text === '' || tokens.some((token) => typeof token !== 'string'))
      throw type('"fieldref" takes the name of one field, without wildcards.')
    return mapped.fields(tokens.join('')).map((field) => ({ kind: 'fieldref', field, place, cased, pattern: text }))
  }
  if (typeof value !== 'string' && (modifiers.windash || modifiers.encodings.length > 0))
    throw type(`${modifiers.windash ? '"windash" takes' : 'An encoding takes'} a text; put the value in quotes.`)
  if (!modifiers.expand) {
    const number = typeof value === 'number' && modifiers.place === 'whole' ? shortestForm(text) : null
    const counts = modifiers.comparison !== null || modifiers.time !== null
    const read = textValue(counts && number !== null ? number : text, modifiers, part, context)
    return read.kind === 'glob' && number !== null ? [{ ...read, globs: [...read.globs, globOf([number])] }] : [read]
  }
  return expandPlaceholders(text, part, reading).map((one) => textValue(one, modifiers, part, context))
}

/** Null allows no modifier except `neq`. `all` has been checked before. */
function takesNull(modifiers: Modifiers): boolean {
  const others = { ...modifiers, negated: false, all: false }
  return Object.entries(NO_MODIFIERS).every(([name, none]) => others[name as keyof Modifiers] === none)
}

function textValue(text: string, modifiers: Modifiers, part: Part, context: Budgeted): Value {
  const { reading } = context
  if (modifiers.comparison !== null) {
    const limit = decimalOf(text)
    if (limit === null) throw reading.error('modifier_type', part, `"${modifiers.comparison}" takes a number.`)
    return { kind: 'number', comparison: modifiers.comparison, limit, pattern: text }
  }
  if (modifiers.time !== null) return timeValue(text, modifiers.time, part, reading)
  if (modifiers.cidr) {
    const network = parseNetwork(text)
    if (network === null)
      throw reading.error(
        'bad_cidr',
        part,
        `${JSON.stringify(text)} is no network, such as 10.0.0.0/8 or 2001:db8::/32.`,
      )
    return { kind: 'network', network, pattern: text }
  }
  if (modifiers.regex !== null) return regexValue(text, modifiers.regex, part, context)
  if (modifiers.custom !== null) return customValue(text, modifiers.custom, part, reading)
  if (text === '' && modifiers.place !== 'whole') {
    if (modifiers.encodings.length > 0)
      throw reading.error('empty_value', part, 'The empty text cannot be encoded. Give the text to look for.')
    reading.warn(
      'matches_anything',
      part,
      "Every text contains the empty text, so this matches each event with a text or number in the field. If that is what you mean, write '*' alone.",
    )
  }
  const tokens = wildcardTokens(text, part, reading)
  const forms = modifiers.encodings.length === 0 ? [tokens] : encodedForms(tokens, modifiers, part, context)
  return glob(forms, modifiers, text)
}

function wildcardTokens(text: string, part: Part, reading: Reading): readonly GlobToken[] {
  const tokens = globTokens(text)
  const count = tokens.filter((token) => token === ANY).length
  if (count > LIMITS.questionMarks)
    throw reading.error(
      'too_large',
      part,
      `A value has at most ${LIMITS.questionMarks} question marks (questionMarks); this one has ${count}. A star stands for any number of characters.`,
    )
  return tokens
}

/** Encodes a text: into several forms if it has dashes under `windash`, or if `base64offset` allows any offset. */
function encodedForms(
  tokens: readonly GlobToken[],
  { encodings, windash }: Modifiers,
  part: Part,
  { reading, budget }: Budgeted,
): string[][] {
  const bad = (message: string) => reading.error('modifier_value', part, message)
  if (tokens.some((token) => typeof token !== 'string'))
    throw bad('A wildcard cannot be encoded; write "\\*" for a star.')
  const text = tokens.join('')
  // Matching treats all dashes as equal, but their encoded forms differ, so each of the five dashes is encoded.
  const [first = '', ...rest] = windash ? oneDash(text).split('-') : [text]
  budget.forms -= DASHES.length ** rest.length
  if (budget.forms < 0)
    throw reading.error(
      'too_large',
      part,
      `These are more than ${LIMITS.encodedForms} texts: each dash is five (encodedForms).`,
    )
  const dashed = rest.reduce(
    (forms, next) => forms.flatMap((form) => DASHES.map((dash) => form + dash + next)),
    [first],
  )
  const encoded = dashed.flatMap((form) => encodeText(form, encodings))
  if (text !== '' && encoded.includes('')) throw bad('"base64offset" needs at least two letters.')
  return encoded.map((form) => [form])
}

function timeValue(text: string, time: TimePart, part: Part, reading: Reading): Value {
  const number = numberOf(text)
  if (number === null) throw reading.error('modifier_type', part, `"${time}" takes a number.`)
  const [least, most] = TIME_RANGES[time]
  if (!Number.isInteger(number) || number < least || number > most)
    throw reading.error('modifier_value', part, `"${time}" takes a whole number from ${least} to ${most}.`)
  return { kind: 'time', part: time, number, pattern: text }
}

function customValue(text: string, custom: NonNullable<Modifiers['custom']>, part: Part, reading: Reading): Value {
  try {
    return { kind: 'custom', test: custom.compile(text), pattern: text }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw reading.error('modifier_value', part, `"${custom.name}" refuses this value: ${reason}`)
  }
}

function regexValue(
  regex: string,
  flags: NonNullable<Modifiers['regex']>,
  part: Part,
  { reading, budget }: Budgeted,
): Value {
  budget.copies -= regexCopies(regex)
  if (budget.copies < 0)
    throw reading.error(
      'too_large',
      part,
      `The repetitions and classes of the expressions up to here come to more than ${LIMITS.regexCopies} copies (regexCopies). Split the rule.`,
    )
  try {
    checkRegex(regex, flags)
  } catch (error) {
    if (!(error instanceof RegexError)) throw error
    throw reading.error(error.code === 'unsupported' ? 'regex_unsupported' : 'bad_regex', part, error.message)
  }
  return { kind: 'regex', regex, flags, pattern: regex }
}

function glob(
  forms: readonly (readonly GlobToken[])[],
  { cased, windash, encodings, place }: Modifiers,
  pattern: string,
): Value & { readonly kind: 'glob' } {
  const dashed = windash && encodings.length === 0
  const globs = forms.map((form) => {
    const open: GlobToken[] = place === 'contains' || place === 'endswith' ? [STAR] : []
    for (const token of form) {
      const read = typeof token === 'string' && dashed ? oneDash(token) : token
      open.push(typeof read === 'string' && !cased ? foldCase(read) : read)
    }
    if (place === 'contains' || place === 'startswith') open.push(STAR)
    return globOf(open)
  })
  return { kind: 'glob', globs, cased, windash: dashed, pattern }
}

/** The shortest form of an unquoted number such as `1.0`, `007`, `1e3` or `0x10`; null if unchanged or not exact. */
function shortestForm(text: string): string | null {
  const short = String(Number(text))
  return short !== text && text.length < 16 && numberOf(short) !== null ? short : null
}
