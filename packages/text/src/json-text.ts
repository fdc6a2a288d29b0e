/**
 * Reads JSON as text without building objects: `__proto__` is an ordinary name, duplicate keys are all reported,
 * numbers keep their digits, and the text can be passed on unchanged. All positions are UTF-16 units of `text`.
 */
export class JsonTextError extends Error {
  override readonly name = 'JsonTextError'
  constructor(
    readonly code: 'malformed' | 'too_deep',
    /** The position at which reading stopped. */
    readonly position: number,
    message: string,
  ) {
    super(message)
  }
}

export type LeafType = 'string' | 'number' | 'boolean' | 'null'
export type ValueType = LeafType | 'object' | 'array'

export interface Leaf {
  /** RFC 6901; `""` if the whole text is one leaf. The leaves of duplicate keys have the same pointer. */
  readonly pointer: string
  /** The keys joined by dots, without array indexes, as a rule writes them after `payload.` */
  readonly path: string
  /** The number of keys in `path`: one for `{"a.b": 1}`, two for `{"a": {"b": 1}}`. */
  readonly keys: number
  /** An unescaped string, or a number as written. */
  readonly text: string
  readonly type: LeafType
  /** The range of the value as written, including quotes. */
  readonly start: number
  readonly end: number
}

export interface Member {
  readonly name: string
  /** The range of the key as written, including quotes. */
  readonly nameStart: number
  readonly nameEnd: number
  readonly type: ValueType
  readonly start: number
  readonly end: number
}

export type Element = Omit<Member, 'name' | 'nameStart' | 'nameEnd'>

export interface JsonBounds {
  /** Maximum nesting of objects and arrays; a lone value has depth 0. */
  readonly depth: number
}

/**
 * All strings, numbers, booleans and nulls, in the order of the text. `onName` receives the names of members in
 * between. Empty objects and arrays have no leaf.
 */
export function leaves(text: string, bounds: JsonBounds, onName?: (name: string) => void): Leaf[] {
  const found: Leaf[] = []
  const pointers: string[] = ['']
  const paths: string[] = ['']
  const keyCounts: number[] = [0]
  const indexes: number[] = []
  let top = 0
  /** Sets the name of the value that begins here. */
  const place = () => {
    const index = indexes[top] ?? -1
    if (index >= 0) {
      pointers[top + 1] = `${pointers[top] ?? ''}/${index}`
      paths[top + 1] = paths[top] ?? ''
      keyCounts[top + 1] = keyCounts[top] ?? 0
      indexes[top] = index + 1
    }
  }
  indexes[0] = -1
  pointers[1] = ''
  paths[1] = ''
  keyCounts[1] = 0
  scan(text, bounds.depth, {
    open(array) {
      place()
      top++
      indexes[top] = array ? 0 : -1
    },
    close() {
      top--
    },
    key(start, end, escaped) {
      const name = stringAt(text, start, end, escaped)
      onName?.(name)
      pointers[top + 1] = `${pointers[top] ?? ''}/${pointerSegment(name)}`
      const keys = keyCounts[top] ?? 0
      paths[top + 1] = keys === 0 ? name : `${paths[top] ?? ''}.${name}`
      keyCounts[top + 1] = keys + 1
    },
    leaf(type, start, end, escaped) {
      place()
      found.push({
        pointer: pointers[top + 1] ?? '',
        path: paths[top + 1] ?? '',
        keys: keyCounts[top + 1] ?? 0,
        text: type === 'string' ? stringAt(text, start, end, escaped) : text.slice(start, end),
        type,
        start,
        end,
      })
    },
  })
  return found
}

/** The top-level members of an object, in the order of the text, including duplicates. Throws for anything else. */
export function members(text: string, bounds: JsonBounds): Member[] {
  if (typeAt(text, skipBlanks(text, 0)) !== 'object') throw malformed(text, skipBlanks(text, 0), 'an object')
  const found: Member[] = []
  let name = { name: '', nameStart: 0, nameEnd: 0 }
  topLevel(text, bounds, {
    key: (start, end, escaped) => {
      name = { name: stringAt(text, start, end, escaped), nameStart: start, nameEnd: end }
    },
    value: (type, start, end) =>
      found.push({ name: name.name, nameStart: name.nameStart, nameEnd: name.nameEnd, type, start, end }),
  })
  return found
}

/** The elements of an array, in order. Throws for anything else. */
export function elements(text: string, bounds: JsonBounds): Element[] {
  if (typeAt(text, skipBlanks(text, 0)) !== 'array') throw malformed(text, skipBlanks(text, 0), 'an array')
  const found: Element[] = []
  topLevel(text, bounds, { key: () => {}, value: (type, start, end) => found.push({ type, start, end }) })
  return found
}

/** Removes whitespace between tokens; strings are unchanged. Does not validate that `text` is JSON. */
export function compact(text: string): string {
  let out = ''
  let kept = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      at++
      while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1
    } else if (isBlank(code)) {
      out += text.slice(kept, at)
      kept = at + 1
    }
  }
  return kept === 0 ? text : out + text.slice(kept)
}

/** Unescapes the string literal at `[start, end)`, including its quotes. The literal must be valid. */
export function unescapeString(text: string, start: number, end: number): string {
  return stringAt(text, start, end, true)
}

/**
 * Maps offsets in an unescaped string back to `text`: returns the source position of each of the ascending `offsets`.
 * `start` is the opening quote.
 */
export function sourcePositions(text: string, start: number, offsets: readonly number[]): number[] {
  const positions: number[] = []
  let at = start + 1
  let unescaped = 0
  for (const offset of offsets) {
    while (unescaped < offset) {
      at += text.charCodeAt(at) !== BACKSLASH ? 1 : text.charCodeAt(at + 1) === LOWER_U ? 6 : 2
      unescaped++
    }
    positions.push(at)
  }
  return positions
}

export function pointerSegment(key: string): string {
  return key.includes('~') || key.includes('/') ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key
}

/** Receives each token. The context is passed to each call, so that one visitor can serve many texts. */
export interface Visitor<Context = undefined> {
  open(array: boolean, at: number, context: Context): void
  close(array: boolean, end: number, context: Context): void
  key(start: number, end: number, escaped: boolean, context: Context): void
  leaf(type: LeafType, start: number, end: number, escaped: boolean, context: Context): void
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const LOWER_U = 0x75
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d

/** Scans the grammar of RFC 8259 without recursion, so that no depth limit can exhaust the stack. */
export function scan(text: string, maxDepth: number, visitor: Visitor): void {
  scanWith(text, maxDepth, visitor, undefined)
}

/** Like `scan`, with a context for the visitor. */
export function scanWith<Context>(text: string, maxDepth: number, visitor: Visitor<Context>, context: Context): void {
  scanOn({ text, maxDepth, visitor, context, arrays: [], at: skipBlanks(text, 0) }, Number.POSITIVE_INFINITY)
}

/** Like `scan`, but yields after about this many characters. A single string is not divided. */
export function* scanInSteps(
  text: string,
  maxDepth: number,
  visitor: Visitor,
  stepChars: number,
): Generator<undefined, void> {
  const scanned: Scan<undefined> = { text, maxDepth, visitor, context: undefined, arrays: [], at: skipBlanks(text, 0) }
  while (!scanOn(scanned, scanned.at + stepChars)) yield
}

interface Scan<Context> {
  readonly text: string
  readonly maxDepth: number
  readonly visitor: Visitor<Context>
  readonly context: Context
  /** For each open container, whether it is an array. */
  readonly arrays: boolean[]
  /** The start of the next value. */
  at: number
}

/** Reads values up to the first that begins at or after `until`. True at the end of the text. */
function scanOn<Context>(scanned: Scan<Context>, until: number): boolean {
  const { text, maxDepth, visitor, context, arrays } = scanned
  let { at } = scanned
  for (;;) {
    // A value begins at `at`.
    if (at >= until) {
      scanned.at = at
      return false
    }
    const code = text.charCodeAt(at)
    if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      if (arrays.length >= maxDepth)
        throw new JsonTextError('too_deep', at, `Nested more than ${maxDepth} deep at position ${at}.`)
      const array = code === OPEN_ARRAY
      visitor.open(array, at, context)
      arrays.push(array)
      at = skipBlanks(text, at + 1)
      if (text.charCodeAt(at) !== (array ? CLOSE_ARRAY : CLOSE_OBJECT)) {
        if (!array) at = key(text, at, visitor, context)
        continue
      }
    } else if (code === QUOTE) {
      const end = stringEnd(text, at)
      visitor.leaf('string', at, Math.abs(end), end < 0, context)
      at = Math.abs(end)
    } else {
      const type = typeAt(text, at)
      const end = type === 'number' ? numberEnd(text, at) : wordEnd(text, at)
      visitor.leaf(type === 'number' ? 'number' : type === 'null' ? 'null' : 'boolean', at, end, false, context)
      at = end
    }
    // A value has ended. Next come closing brackets, or a comma and the next value.
    for (;;) {
      at = skipBlanks(text, at)
      const array = arrays.at(-1)
      if (array === undefined) {
        if (at < text.length) throw malformed(text, at, 'the end of the text')
        return true
      }
      const next = text.charCodeAt(at)
      if (next === COMMA) {
        at = skipBlanks(text, at + 1)
        if (!array) at = key(text, at, visitor, context)
        break
      }
      if (next !== (array ? CLOSE_ARRAY : CLOSE_OBJECT)) throw malformed(text, at, array ? '"," or "]"' : '"," or "}"')
      at++
      arrays.pop()
      visitor.close(array, at, context)
    }
  }
}

function topLevel(
  text: string,
  bounds: JsonBounds,
  sink: {
    key: (start: number, end: number, escaped: boolean) => void
    value: (type: ValueType, start: number, end: number) => void
  },
): void {
  let depth = 0
  let start = 0
  scan(text, bounds.depth, {
    open(_array, at) {
      if (depth === 1) start = at
      depth++
    },
    close(array, end) {
      depth--
      if (depth === 1) sink.value(array ? 'array' : 'object', start, end)
    },
    key(from, to, escaped) {
      if (depth === 1) sink.key(from, to, escaped)
    },
    leaf(type, from, to) {
      if (depth === 1) sink.value(type, from, to)
    },
  })
}

function key<Context>(text: string, at: number, visitor: Visitor<Context>, context: Context): number {
  if (text.charCodeAt(at) !== QUOTE) throw malformed(text, at, 'a key in double quotes')
  const end = stringEnd(text, at)
  visitor.key(at, Math.abs(end), end < 0, context)
  const colon = skipBlanks(text, Math.abs(end))
  if (text.charCodeAt(colon) !== COLON) throw malformed(text, colon, '":"')
  return skipBlanks(text, colon + 1)
}

/** The position after the closing quote, negative if the string contains an escape. */
function stringEnd(text: string, start: number): number {
  let escaped = false
  let checkedFrom = start + 1
  for (let at = start + 1; at < text.length; at++) {
    if (at - checkedFrom >= SHORT_STRING) {
      at = plainEnd(text, at)
      checkedFrom = at + 1
    }
    const code = text.charCodeAt(at)
    if (code === QUOTE) return escaped ? -(at + 1) : at + 1
    if (code < 0x20) throw malformed(text, at, 'no bare control character in a string')
    if (code === BACKSLASH) {
      escaped = true
      at++
      const kind = text.charCodeAt(at)
      if (kind === LOWER_U) {
        for (let digit = 1; digit <= 4; digit++)
          if (!isHex(text.charCodeAt(at + digit))) throw malformed(text, at + digit, 'four hexadecimal digits')
        at += 4
      } else if (!'"\\/bfnrt'.includes(text.charAt(at)) || at >= text.length) throw malformed(text, at, 'a JSON escape')
    }
  }
  throw malformed(text, text.length, 'a closing quote')
}

/** For longer strings, a regular expression is faster than a loop. */
const SHORT_STRING = 32
const PLAIN = /[^"\\\u0000-\u001f]*/y

/** The first position at or after `at` with a quote, a backslash or a control character. */
function plainEnd(text: string, at: number): number {
  PLAIN.lastIndex = at
  PLAIN.test(text)
  return PLAIN.lastIndex
}

function numberEnd(text: string, start: number): number {
  let at = start
  if (text.charAt(at) === '-') at++
  if (text.charAt(at) === '0') at++
  else at = digitsEnd(text, at)
  if (text.charAt(at) === '.') at = digitsEnd(text, at + 1)
  if (text.charAt(at) === 'e' || text.charAt(at) === 'E') {
    at++
    if (text.charAt(at) === '+' || text.charAt(at) === '-') at++
    at = digitsEnd(text, at)
  }
  return at
}

function digitsEnd(text: string, start: number): number {
  let at = start
  while (isDigit(text.charCodeAt(at))) at++
  if (at === start) throw malformed(text, at, 'a digit')
  return at
}

function wordEnd(text: string, start: number): number {
  for (const word of ['true', 'false', 'null']) if (text.startsWith(word, start)) return start + word.length
  throw malformed(text, start, 'a JSON value')
}

function typeAt(text: string, at: number): ValueType {
  const code = text.charCodeAt(at)
  if (code === OPEN_OBJECT) return 'object'
  if (code === OPEN_ARRAY) return 'array'
  if (code === QUOTE) return 'string'
  if (code === 0x2d || isDigit(code)) return 'number'
  return text.startsWith('null', at) ? 'null' : 'boolean'
}

/** The text of the string literal at `[start, end)`. Fast if `escaped` is false. */
export function stringAt(text: string, start: number, end: number, escaped: boolean): string {
  if (!escaped) return text.slice(start + 1, end - 1)
  // Concatenating megabytes of escapes one by one takes ten times as long.
  if (end - start > LONG_LITERAL) return JSON.parse(text.slice(start, end)) as string
  let out = ''
  let kept = start + 1
  for (let at = kept; at < end - 1; at++) {
    if (text.charCodeAt(at) !== BACKSLASH) continue
    out += text.slice(kept, at)
    const kind = text.charAt(at + 1)
    if (kind === 'u') {
      out += String.fromCharCode(Number.parseInt(text.slice(at + 2, at + 6), 16))
      at += 5
    } else {
      out += ESCAPES[kind] ?? kind
      at += 1
    }
    kept = at + 1
  }
  return out + text.slice(kept, end - 1)
}

const LONG_LITERAL = 1024

const ESCAPES: Readonly<Partial<Record<string, string>>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

function skipBlanks(text: string, start: number): number {
  let at = start
  while (isBlank(text.charCodeAt(at))) at++
  return at
}

const isBlank = (code: number) => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
const isDigit = (code: number) => code >= 0x30 && code <= 0x39
const isHex = (code: number) => isDigit(code) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66)

function malformed(text: string, at: number, expected: string): JsonTextError {
  const found = at >= text.length ? 'the text ends' : `found ${JSON.stringify(text.charAt(at))}`
  return new JsonTextError('malformed', at, `Not JSON: expected ${expected} at position ${at}, ${found}.`)
}
