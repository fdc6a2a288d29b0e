import { LIMITS } from '../../limits.ts'
import type { Tree, TreeEntry, TreeMap, TreeScalar } from './yaml-nodes.ts'

/**
 * Parses the subset of YAML that nearly all rules use: block maps and lists, and scalars that are plain, quoted on one
 * line, or literal (`|`). Returns null for everything else, valid or not: flow collections, anchors, tags, folded and
 * multi-line scalars, duplicate keys, tabs, and a CR without LF. The caller then uses the YAML library, which supports
 * all of YAML but takes ten times as long. A property test checks that both produce the same trees.
 */
export function readPlainYaml(text: string, offset: number): TreeMap | null {
  if (/\r(?!\n)/.test(text)) return null
  const reader: Reader = { text, offset, at: 0, end: 0, indent: -1 }
  try {
    nextLine(reader, 0)
    if (reader.indent !== 0 || isDash(reader, reader.at)) return null
    const root = readMap(reader, 0)
    return reader.indent < 0 ? root : null
  } catch (error) {
    if (error === UNKNOWN) return null
    throw error
  }
}

/** Thrown when the text is outside the subset, which is not an error. */
const UNKNOWN = Symbol('not plain YAML')

interface Reader {
  readonly text: string
  readonly offset: number
  /** The current line: its first character that is not a space, its end, and its indent; -1 after the last line. */
  at: number
  end: number
  indent: number
}

const TAB = 9
const RETURN = 13
const BLANK = 32
const DOUBLE = 34
const HASH = 35
const SINGLE = 39
const DASH = 45
const COLON = 58
const BACKSLASH = 92
const BAR = 124

/** Moves to the first line at or after `from` that is neither blank nor a comment. `from` is the start of a line. */
function nextLine(reader: Reader, from: number): void {
  const { text } = reader
  while (from < text.length) {
    let at = from
    while (text.charCodeAt(at) === BLANK) at++
    const found = text.indexOf('\n', at)
    const next = found < 0 ? text.length : found
    const end = text.charCodeAt(next - 1) === RETURN && next > at ? next - 1 : next
    const first = text.charCodeAt(at)
    if (at < end && first !== HASH) {
      if (first === TAB || first === 0xfeff) throw UNKNOWN
      reader.at = at
      reader.end = end
      reader.indent = at - from
      return
    }
    from = next + 1
  }
  reader.at = text.length
  reader.end = text.length
  reader.indent = -1
}

/** The start of the next line. */
const afterLine = ({ text, end }: Reader) => (text.charCodeAt(end) === RETURN ? end + 2 : end + 1)

const isGap = ({ text, end }: Reader, at: number) => at >= end || text.charCodeAt(at) === BLANK
const isDash = (reader: Reader, at: number) => reader.text.charCodeAt(at) === DASH && isGap(reader, at + 1)

function readMap(reader: Reader, depth: number): TreeMap {
  if (depth > LIMITS.ruleDepth) throw UNKNOWN
  const { indent } = reader
  const start = reader.at
  const entries: TreeEntry[] = []
  const seen = new Set<string>()
  while (reader.indent === indent && !isDash(reader, reader.at)) {
    const key = readKey(reader)
    if (seen.has(key.text)) throw UNKNOWN
    seen.add(key.text)
    entries.push({ key: key.text, keySpan: key, value: readValue(reader, key.end, indent, depth, true) })
  }
  if (reader.indent > indent || entries.length === 0) throw UNKNOWN
  return { kind: 'map', start: start + reader.offset, end: entries.at(-1)?.value.end ?? start, entries }
}

/** Parses the key of the current line, which ends at its colon. */
function readKey(reader: Reader): TreeScalar {
  const { text, at, end, offset } = reader
  const key = readScalar(reader, at, true)
  const colon = key.end - offset
  // YAML requires "?" before a longer key.
  if (text.charCodeAt(colon) !== COLON || !isGap(reader, colon + 1) || colon >= end || colon - at > 1_000) throw UNKNOWN
  return key
}

/** Parses the value after the colon or dash at `mark`, on the same line or below, and moves to the line after it. */
function readValue(reader: Reader, mark: number, indent: number, depth: number, ofKey: boolean): Tree {
  const { text, end } = reader
  let at = mark - (ofKey ? reader.offset : 0) + 1
  const empty = at
  while (at < end && text.charCodeAt(at) === BLANK) at++
  if (at < end && text.charCodeAt(at) !== HASH) return readInline(reader, at, indent, depth)
  nextLine(reader, afterLine(reader))
  if (reader.indent > indent)
    return isDash(reader, reader.at) ? readList(reader, depth + 1) : readMap(reader, depth + 1)
  if (ofKey && reader.indent === indent && isDash(reader, reader.at)) return readList(reader, depth + 1)
  return { kind: 'scalar', start: empty + reader.offset, end: empty + reader.offset, value: null, text: '' }
}

function readInline(reader: Reader, at: number, indent: number, depth: number): Tree {
  if (depth >= LIMITS.ruleDepth) throw UNKNOWN
  if (reader.text.charCodeAt(at) === BAR) return readLiteral(reader, at, indent)
  const scalar = readScalar(reader, at, false)
  let rest = scalar.end - reader.offset
  const gap = rest
  while (rest < reader.end && reader.text.charCodeAt(rest) === BLANK) rest++
  if (rest < reader.end && (reader.text.charCodeAt(rest) !== HASH || rest === gap)) throw UNKNOWN
  nextLine(reader, afterLine(reader))
  // A multi-line scalar.
  if (reader.indent > indent) throw UNKNOWN
  return scalar
}

function readList(reader: Reader, depth: number): Tree {
  if (depth > LIMITS.ruleDepth) throw UNKNOWN
  const { indent } = reader
  const start = reader.at
  const items: Tree[] = []
  while (reader.indent === indent && isDash(reader, reader.at)) {
    const dash = reader.at
    let at = dash + 1
    while (at < reader.end && reader.text.charCodeAt(at) === BLANK) at++
    if (isDash(reader, at)) throw UNKNOWN
    if (at < reader.end && hasKey(reader, at)) {
      reader.indent = indent + at - dash
      reader.at = at
      items.push(readMap(reader, depth + 1))
    } else items.push(readValue(reader, dash, indent, depth, false))
    if (reader.indent > indent) throw UNKNOWN
  }
  return { kind: 'list', start: start + reader.offset, end: items.at(-1)?.end ?? start, items }
}

/** Returns whether a key begins at `at`, and not a plain value. */
function hasKey(reader: Reader, at: number): boolean {
  const { text, end, offset } = reader
  const first = text.charCodeAt(at)
  if (first === HASH) return false
  if (first === SINGLE || first === DOUBLE) return text.charCodeAt(readScalar(reader, at, true).end - offset) === COLON
  // `indexOf` would search the rest of the document if the line has no colon.
  for (let here = at; here < end; here++) if (text.charCodeAt(here) === COLON && isGap(reader, here + 1)) return true
  return false
}

/** Parses a scalar on one line. A key ends before its colon. */
function readScalar(reader: Reader, at: number, asKey: boolean): TreeScalar {
  const first = reader.text.charCodeAt(at)
  if (first === SINGLE) return readSingle(reader, at)
  if (first === DOUBLE) return readDouble(reader, at)
  return readPlain(reader, at, asKey)
}

function readSingle({ text, end, offset }: Reader, start: number): TreeScalar {
  let value = ''
  let from = start + 1
  for (;;) {
    const quote = text.indexOf("'", from)
    if (quote < 0 || quote >= end) throw UNKNOWN
    value += text.slice(from, quote)
    if (text.charCodeAt(quote + 1) !== SINGLE)
      return { kind: 'scalar', start: start + offset, end: quote + 1 + offset, value, text: value }
    value += "'"
    from = quote + 2
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\',
  '"': '"',
  '/': '/',
  n: '\n',
  t: '\t',
  r: '\r',
  '0': '\0',
}

function readDouble({ text, end, offset }: Reader, start: number): TreeScalar {
  let value = ''
  for (let at = start + 1; at < end; at++) {
    const code = text.charCodeAt(at)
    if (code === DOUBLE) return { kind: 'scalar', start: start + offset, end: at + 1 + offset, value, text: value }
    if (code !== BACKSLASH) {
      value += text.charAt(at)
      continue
    }
    const escaped = ESCAPES[text.charAt(++at)]
    if (escaped === undefined) throw UNKNOWN
    value += escaped
  }
  throw UNKNOWN
}

/** Characters that cannot begin a plain scalar, or that have a special meaning there. */
const INDICATORS = new Set(Array.from('?:,[]{}#&*!|>\'"%@`-', (char) => char.charCodeAt(0)))
const NUMBER = /^(?:[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?|0o[0-7]+|0x[0-9a-fA-F]+)$/
const WORD = /^(?:~|null|Null|NULL|true|True|TRUE|false|False|FALSE)$/

function readPlain({ text, end, offset }: Reader, start: number, asKey: boolean): TreeScalar {
  if (INDICATORS.has(text.charCodeAt(start))) throw UNKNOWN
  let last = end
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at)
    if (code === TAB) throw UNKNOWN
    if (code === COLON && (at + 1 >= end || text.charCodeAt(at + 1) === BLANK)) {
      if (!asKey) throw UNKNOWN
      last = at
      break
    }
    if (code === HASH && text.charCodeAt(at - 1) === BLANK) {
      last = at
      break
    }
  }
  while (text.charCodeAt(last - 1) === BLANK) last--
  const written = text.slice(start, last)
  return { kind: 'scalar', start: start + offset, end: last + offset, ...resolve(written) }
}

/** Applies the core schema of YAML 1.2: null, booleans and numbers; anything else is text. */
function resolve(written: string): Pick<TreeScalar, 'value' | 'text'> {
  const first = written.charCodeAt(0)
  // Numbers begin with a digit, a sign or a dot; null and booleans begin with one of five letters or a tilde.
  if (first < 65) {
    if (NUMBER.test(written)) return { value: Number(written), text: written }
    if (first === 43 || first === 46) throw UNKNOWN
    return { value: written, text: written }
  }
  if (written.length > 5 || !WORD.test(written)) return { value: written, text: written }
  const lower = written.toLowerCase()
  if (lower === '~' || lower === 'null') return { value: null, text: '' }
  return { value: lower === 'true', text: lower }
}

/** Parses a literal block (`|` or `|-`): every line without the indent of the first. */
function readLiteral(reader: Reader, start: number, indent: number): TreeScalar {
  const { text, offset } = reader
  const header = text.slice(start, reader.end)
  if (header !== '|' && header !== '|-') throw UNKNOWN
  const lines: string[] = []
  let inner = -1
  let from = afterLine(reader)
  let last = from
  while (from < text.length) {
    let at = from
    while (text.charCodeAt(at) === BLANK) at++
    const found = text.indexOf('\n', at)
    if (found < 0) throw UNKNOWN
    const end = text.charCodeAt(found - 1) === RETURN && found > at ? found - 1 : found
    if (at === end) {
      if (inner < 0 || at - from > inner) throw UNKNOWN
      lines.push('')
    } else {
      if (text.charCodeAt(at) === TAB) throw UNKNOWN
      if (inner < 0) inner = at - from
      if (inner <= indent) throw UNKNOWN
      if (at - from < inner) break
      lines.push(text.slice(from + inner, end))
      last = end
    }
    from = found + 1
  }
  if (lines.length === 0) throw UNKNOWN
  while (lines.at(-1) === '') lines.pop()
  while (text.charCodeAt(last - 1) === BLANK || text.charCodeAt(last - 1) === TAB) last--
  nextLine(reader, from)
  if (reader.indent > indent) throw UNKNOWN
  const value = lines.join('\n') + (header === '|' ? '\n' : '')
  return { kind: 'scalar', start: start + offset, end: last + offset, value, text: value }
}
