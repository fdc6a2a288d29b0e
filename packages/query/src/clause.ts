import type {
  Between,
  Clause,
  Comparison,
  EnumField,
  Ordering,
  PresenceField,
  Regex,
  Text,
  TextField,
  TimeField,
} from './ast.ts'
import { FIELD_NAMES, fieldNamed, type Field } from './fields.ts'
import { nearest } from '@sentinelmesh/text/nearest'
import type { Problem } from './problem.ts'
import { readTime } from './time.ts'
import { quote, type Head, type RawValue, type Term } from './token.ts'
import { wildcard } from './wildcard.ts'

/** Thrown and caught inside this package. A clause has at most one problem. */
export class ClauseProblem extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message)
  }
}

/** Parses a term. Throws `ClauseProblem`. */
export function readClause(term: Term): Clause {
  const { head, value, start, end } = term
  if (head === null) return { type: 'words', value: readText(value), start, end }

  const [name = '', ...keys] = head.name.split('.')
  const field = fieldNamed(name)
  if (field === undefined) throw unknownField(term, head, name)
  if (keys.length > 0 && field.name !== 'attributes') {
    const message = `${field.name} has no parts: it takes its value after a colon.`
    throw problem(head, message, field.name)
  }
  if (value.form === 'missing')
    throw problem(term, `${field.name} needs a value right after the colon, such as ${field.example}.`)
  const place = { start, end }
  switch (field.type) {
    case 'name':
    case 'text':
      if (head.op !== '') throw noOrder(term, head, field)
      return { type: 'text', field: field.name as TextField, value: readTextOrRegex(value), ...place }
    case 'enum':
      return { type: 'enum', field: field.name as EnumField, test: readEnum(term, head, field), ...place }
    case 'number':
      return { type: 'number', field: 'risk', test: readRisk(value, head), ...place }
    case 'time':
      return { type: 'time', field: field.name as TimeField, test: readTimes(value, head, field), ...place }
    case 'attributes': {
      const path = head.name.slice(name.length + 1)
      if (path === '') throw problem(head, `attributes needs a key, such as ${field.example}.`)
      return { type: 'attribute', path, test: readAttribute(value, head), ...place }
    }
    case 'presence':
      return { type: 'has', ...readPresence(value, head, field), ...place }
  }
}

function problem(
  place: { readonly start: number; readonly end: number },
  message: string,
  proposal?: string,
): ClauseProblem {
  const { start, end } = place
  return new ClauseProblem({ start, end, message, ...(proposal === undefined ? {} : { proposal }) })
}

function unknownField(term: Term, head: Head, name: string): ClauseProblem {
  const meant = nearest(name, FIELD_NAMES) ?? undefined
  if (meant !== undefined) {
    const place = { start: head.start, end: head.start + name.length }
    return problem(place, `There is no field “${name}”. Did you mean ${meant}?`, meant)
  }
  const written = `${head.name}:${head.op}${value(term.value)}`
  return problem(
    term,
    `There is no field “${name}”. To search for this text, put it in quotation marks.`,
    quote(written),
  )
}

function noOrder(term: Term, head: Head, field: Field): ClauseProblem {
  const message = `${field.name} has no order, so it takes no ${head.op}.`
  if (field.type === 'enum') return problem(term, message, `${field.name}:${value(term.value)}`)
  const text = quote(`${head.op}${value(term.value)}`)
  return problem(term, `${message} Quotation marks make it text.`, `${field.name}:${text}`)
}

/** A value as it would be written in a query, without its quotation marks. */
function value(raw: RawValue): string {
  return raw.form === 'regex' ? `/${raw.text}/${raw.flags}` : raw.text
}

function readTextOrRegex(raw: RawValue): Text | Regex {
  return raw.form === 'regex' ? readRegex(raw) : readText(raw)
}

const FLAGS = 'ims'

function readRegex(raw: RawValue): Regex {
  const flags = [...new Set(raw.flags)].sort().join('')
  if (flags.length !== raw.flags.length || [...flags].some((flag) => !FLAGS.includes(flag))) {
    const message = 'After its closing slash a regular expression takes i, m or s. A path goes into quotation marks.'
    throw problem(raw, message, quote(value(raw)))
  }
  if (raw.text === '') throw problem(raw, 'The regular expression is empty.', quote(value(raw)))
  // Remove only backslashes that escape a slash. In `\\/` the slash ends the expression; the tokenizer handled that.
  return { type: 'regex', source: raw.text.replace(/\\([\s\S])/g, (all, char) => (char === '/' ? '/' : all)), flags }
}

/** In a bare value, unescaped `*` and `?` are wildcards. A quoted value has none. */
function readText(raw: RawValue): Text {
  if (raw.form === 'quoted') return { type: 'exact', text: raw.text }
  let text = ''
  let pattern = ''
  let wild = false
  for (let at = 0; at < raw.text.length; at++) {
    let char = raw.text.charAt(at)
    if (char === '*' || char === '?') {
      wild = true
      pattern += char
      continue
    }
    // Before any other character a backslash is literal, so that C:\Users needs no doubling.
    if (char === '\\' && /^[\s()"*?\\:<>=/-]/.test(raw.text.charAt(at + 1))) char = raw.text.charAt(++at)
    text += char
    pattern += /^[*?\\]/.test(char) ? `\\${char}` : char
  }
  return wild ? { type: 'pattern', pattern } : { type: 'exact', text }
}

function readEnum(term: Term, head: Head, field: Field): Comparison<string> | { type: 'pattern'; pattern: string } {
  const { value: raw } = term
  if (head.op !== '' && head.op !== '=' && field.ordered !== true) throw noOrder(term, head, field)
  const text = readText(raw)
  const values = field.values ?? []
  const list = `${field.name} takes ${sentence(values)}.`
  if (text.type === 'pattern') {
    if (head.op !== '') throw problem(raw, list)
    if (!values.some(wildcard(text.pattern))) throw problem(raw, list)
    return text
  }
  if (!values.includes(text.text)) throw problem(raw, list, nearest(text.text, values) ?? undefined)
  return { type: 'compare', op: head.op || '=', value: text.text }
}

function sentence(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`
}

function readRisk(raw: RawValue, head: Head): Comparison<number> | Between<number> {
  const one = (text: string): number => {
    const risk = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN
    if (!(risk <= 100)) throw problem(raw, 'risk takes a number from 0 to 100.', clampRisk(text))
    return risk
  }
  return readTest(raw, head, one, (from, to) => from <= to)
}

function clampRisk(text: string): string | undefined {
  const number = text === '' ? Number.NaN : Number(text)
  return Number.isNaN(number) ? undefined : String(Math.min(100, Math.max(0, Math.round(number))))
}

function readTimes(raw: RawValue, head: Head, field: Field): Comparison<string> | Between<string> {
  const one = (text: string): string => {
    if (readTime(text, 0) === undefined) {
      const message = `${field.name} takes a time such as 2026-04-14, 2026-04-14T10:30:00Z, or -15m for fifteen minutes ago.`
      throw problem(raw, message)
    }
    return text
  }
  // Whether a relative end precedes an absolute one depends on the current time, so an empty range is not reported.
  return readTest(raw, head, one, () => true)
}

/** Parses `v`, `>=v`, `v..w`, `v..` or `..v`. */
function readTest<T>(
  raw: RawValue,
  head: Head,
  one: (text: string) => T,
  ascending: (from: T, to: T) => boolean,
): Comparison<T> | Between<T> {
  const dots = raw.text.indexOf('..')
  if (dots < 0) return { type: 'compare', op: head.op || '=', value: one(raw.text) }
  if (head.op !== '') throw problem(raw, 'A range takes no comparison: it is from..to.', raw.text)
  const [from, to] = [raw.text.slice(0, dots), raw.text.slice(dots + 2)]
  if (to === '') return { type: 'compare', op: '>=', value: one(from) }
  if (from === '') return { type: 'compare', op: '<=', value: one(to) }
  const range: Between<T> = { type: 'between', from: one(from), to: one(to) }
  if (!ascending(range.from, range.to)) throw problem(raw, 'This range ends before it begins.', `${to}..${from}`)
  return range
}

const NUMBER = /^-?\d{1,40}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,3})?$/

function readAttribute(raw: RawValue, head: Head): Text | Regex | Ordering<number> | Between<number> {
  if (raw.form === 'regex') return readRegex(raw)
  if (head.op === '' || head.op === '=') {
    const [, from, to] = raw.form === 'bare' ? (/^(.*?)\.\.(.*)$/.exec(raw.text) ?? []) : []
    if (from === undefined || to === undefined || !NUMBER.test(from) || !NUMBER.test(to)) return readText(raw)
  }
  const one = (text: string): number => {
    const number = NUMBER.test(text) ? Number(text) : Number.NaN
    if (!Number.isFinite(number)) throw problem(raw, `A comparison of an attribute takes a number.`)
    return number + 0 // normalizes -0 to 0
  }
  const test = readTest(raw, head, one, (from, to) => from <= to)
  if (test.type === 'between') return test
  const { op } = test
  // A lone `=` was handled as text above.
  if (op === '=') throw problem(raw, 'A comparison of an attribute takes a number.')
  return { ...test, op }
}

function readPresence(raw: RawValue, head: Head, field: Field): { field: PresenceField; path: string | null } {
  if (head.op !== '') throw problem(raw, 'has takes the name of a field right after its colon.')
  const [name = '', ...keys] = raw.text.split('.')
  const values = field.values ?? []
  const known = fieldNamed(name)?.name
  if (known === undefined || !values.includes(known) || (keys.length > 0 && known !== 'attributes')) {
    throw problem(raw, `has takes ${sentence(values)}, or a key of attributes.`, nearest(raw.text, values) ?? undefined)
  }
  const path = keys.join('.')
  return { field: known as PresenceField, path: path === '' ? null : path }
}
