import { foldCase } from '@sentinelmesh/text/fold-case'
import { CONTROLS } from './regex-check.ts'

/** A case-folded text that must occur. `wordStart` and `wordEnd` require a word boundary at that edge. */
export interface Literal {
  readonly text: string
  readonly wordStart: boolean
  readonly wordEnd: boolean
}

/** The literals that the matches of a pattern must contain. */
export interface PatternLiterals {
  /**
   * A matching text contains at least one literal of each list. Empty if the pattern requires none, or uses syntax that
   * is not supported here. It may be incomplete but is never wrong.
   */
  readonly requires: Literal[][]
  /**
   * Every match begins with one of these literals, so only their places need a test. Null if that is not known, or if
   * they are so common that reading the whole text is cheaper.
   */
  readonly firsts: Literal[] | null
}

/**
 * Extracts the literals. After Russ Cox, “Regular Expression Matching with a Trigram Index”: each part of the pattern
 * has either all texts that it can match (`exact`), or lists of texts of each of which it must contain one (`holds`).
 * The parts of a sequence are combined while there are few combinations.
 */
export function literalsOf(pattern: string, ignoreCase: boolean): PatternLiterals {
  const reader: Reader = { pattern, at: 0, ignoreCase }
  try {
    const part = alternatives(reader)
    if (reader.at !== pattern.length) return NO_LITERALS
    const firsts = part.head === null || part.head.length > MAX_HOLDS ? null : [...new Set(part.head)].map(toLiteral)
    return {
      requires: chosen(required(part)).map((list) => list.map(toLiteral)),
      firsts: firsts?.every(isRare) ? firsts : null,
    }
  } catch (error) {
    if (error === UNSUPPORTED) return NO_LITERALS
    throw error
  }
}
const NO_LITERALS: PatternLiterals = { requires: [], firsts: null }

/**
 * Whether the literal is rare enough that testing each place is cheaper than reading the whole text: not a single
 * letter within words, not whitespace, and not the most common punctuation. A literal with `wordStart` must begin with
 * a word character; otherwise the boundary could lie before it.
 */
function isRare({ text, wordStart, wordEnd }: Literal): boolean {
  if (wordStart) return text.length > 1 || wordEnd ? /^[0-9a-z_]/.test(text) : /^[0-9_]/.test(text)
  return text.length > 1 ? text.trim().length > 1 : /[^0-9a-z_\s"'.,]/.test(text)
}

/** Splits `a|b|c`, because each alternative alone requires more literals than all of them together. */
export function splitAlternatives(pattern: string): string[] {
  const parts: string[] = []
  let depth = 0
  let from = 0
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at)
    if (char === '\\') {
      // Quoted text and inline flags would have to carry over to the next alternatives.
      if (pattern.charAt(at + 1) === 'Q') return [pattern]
      at++
    } else if (char === '[') {
      at++
      if (pattern.charAt(at) === '^') at++
      if (pattern.charAt(at) === ']') at++
      while (at < pattern.length && pattern.charAt(at) !== ']') {
        if (pattern.startsWith('[:', at)) at = Math.max(at, pattern.indexOf(':]', at) + 1)
        at += pattern.charAt(at) === '\\' ? 2 : 1
      }
    } else if (char === '(') {
      if (/^\(\?[A-Za-z-]+\)/.test(pattern.slice(at, at + 10))) return [pattern]
      depth++
    } else if (char === ')') depth--
    else if (char === '|' && depth === 0) {
      parts.push(pattern.slice(from, at))
      from = at + 1
    }
  }
  return [...parts, pattern.slice(from)]
}

interface Reader {
  readonly pattern: string
  at: number
  ignoreCase: boolean
}

interface Part {
  readonly exact: readonly string[] | null
  readonly holds: readonly (readonly string[])[]
  /** If it is not empty, it begins with one of these texts; null if they are unknown. */
  readonly head: readonly string[] | null
  /** Whether it may be empty although `exact` does not contain ''. Then the next part may begin the match. */
  readonly mayBeEmpty?: boolean
}

/** Represents `\b` in a text. */
const BOUNDARY = '\0'
const EMPTY: Part = { exact: [''], holds: [], head: [''] }
const WORD_EDGE: Part = { exact: [BOUNDARY], holds: [], head: [BOUNDARY] }
const UNKNOWN: Part = { exact: null, holds: [], head: null }
const UNSUPPORTED = new Error('literalsOf does not support this pattern')

/** More alternatives than this are too unspecific to be worth indexing. */
const MAX_EXACT = 48
const MAX_HOLDS = 256
/** Maximum number of characters to list from a class: as many as there are mathematical letters. */
const MAX_RANGE = 1_200
const MAX_CLASS = 6
const MAX_LISTS = 5
const MAX_COPIES = 4
/** A second list is only worth searching for if few texts contain it: not `to`, `in` or a bracket. */
const MIN_WORTH = 2.5

/** A prefix of this length is not extended, because it is rare enough. */
const LONG_ENOUGH = 6

const lengthOf = (text: string) => (text.includes(BOUNDARY) ? text.replaceAll(BOUNDARY, '').length : text.length)

function toLiteral(text: string): Literal {
  return {
    text: text.replaceAll(BOUNDARY, ''),
    wordStart: text.startsWith(BOUNDARY),
    wordEnd: text.endsWith(BOUNDARY),
  }
}

function required({ exact, holds }: Part): readonly (readonly string[])[] {
  return exact === null ? holds : [exact]
}

/** Rates how selective a list is: by its shortest literal, more for whole words, less for many literals. */
function worth(list: readonly string[]): number {
  const weigh = (text: string) =>
    lengthOf(text) + (text.startsWith(BOUNDARY) ? 1.5 : 0) + (/[@`|~^\u0080-\uffff]/.test(text) ? 2 : 0)
  const shortest = Math.min(...list.map(weigh))
  return Math.min(12, shortest) - list.length / 24
}

/** The most selective lists, best first. */
function chosen(lists: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return lists
    .filter((list) => list.length > 0 && list.length <= MAX_HOLDS && list.every((text) => lengthOf(text) > 0))
    .map((list) => Array.from(new Set(list)))
    .sort((a, b) => worth(b) - worth(a))
    .filter((list, index) => index === 0 || worth(list) >= MIN_WORTH)
    .slice(0, MAX_LISTS)
}

function alternatives(reader: Reader): Part {
  const { ignoreCase } = reader
  const parts = [sequence(reader)]
  while (reader.pattern.charAt(reader.at) === '|') {
    reader.at++
    parts.push(sequence(reader))
  }
  // A flag set inside a group ends with the group.
  reader.ignoreCase = ignoreCase
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  const exact = parts.flatMap((part) => part.exact ?? [])
  const bests = parts.map((part) => chosen(required(part))[0])
  return {
    exact: parts.every((part) => part.exact !== null) && exact.length <= MAX_EXACT ? exact : null,
    holds: bests.every((best) => best !== undefined) ? [bests.flat()] : [],
    head: parts.every((part) => part.head !== null) ? parts.flatMap((part) => part.head ?? []) : null,
  }
}

function sequence(reader: Reader): Part {
  const found: (readonly string[])[] = []
  const head = headReader()
  let run: readonly string[] = ['']
  let whole = true
  while (reader.at < reader.pattern.length && !'|)'.includes(reader.pattern.charAt(reader.at))) {
    const part = repeated(reader)
    head.add(part)
    const { exact } = part
    if (exact === null) {
      found.push(run, ...part.holds)
      run = ['']
      whole = false
    } else if (run.length * exact.length > MAX_EXACT) {
      found.push(run)
      run = exact
      whole = false
    } else run = run.flatMap((before) => exact.map((after) => before + after))
  }
  if (whole) return { exact: run, holds: [], head: run }
  found.push(run)
  return { exact: null, holds: chosen(found), head: head.finish() }
}

/** Computes the head of a sequence: the texts of its first parts and, if those may be empty, the heads of the next. */
function headReader(): { add(part: Part): void; finish(): readonly string[] | null } {
  const heads: string[] = []
  /** The possible texts of the sequence up to the next part; null once the head is complete. */
  let open: readonly string[] | null = ['']
  let known = true
  const close = (texts: readonly string[]) => {
    heads.push(...texts)
    known &&= texts.every((text) => lengthOf(text) > 0)
    open = null
  }
  return {
    add({ exact, head, mayBeEmpty = false }) {
      if (open === null) return
      const starts: readonly string[] = open
      if (starts.every((text) => lengthOf(text) >= LONG_ENOUGH)) return close(starts)
      const complete = starts.every((text) => lengthOf(text) > 0)
      const next = exact ?? head
      if (next === null || starts.length * next.length > MAX_HOLDS) close(starts)
      else {
        const longer = starts.flatMap((text) => next.map((more) => text + more))
        if (exact !== null && (longer.length <= MAX_EXACT || !complete)) open = longer
        else if (complete) close(starts)
        else if (mayBeEmpty) heads.push(...longer)
        else close(longer)
      }
    },
    finish() {
      if (open !== null) close(open)
      return known && heads.length <= MAX_HOLDS && heads.every((text) => lengthOf(text) > 0) ? heads : null
    },
  }
}

function repeated(reader: Reader): Part {
  let part = atom(reader)
  for (;;) {
    const [least, most] = repetition(reader) ?? []
    if (least === undefined || most === undefined) return part
    if (least === 0) {
      const exact: readonly string[] | null = most === 1 && part.exact !== null ? ['', ...part.exact] : null
      part = { exact, holds: [], head: part.head, mayBeEmpty: true }
    } else if (most !== 1) {
      const several = part.exact === null ? null : copiesOf(part.exact, least)
      const { mayBeEmpty = false } = part
      part = { exact: null, holds: chosen(several ? [several] : part.holds), head: several ?? part.head, mayBeEmpty }
    }
  }
}

/** The texts of the first few of `count` copies. */
function copiesOf(texts: readonly string[], count: number): readonly string[] {
  let copies = texts
  for (let copy = 1; copy < Math.min(count, MAX_COPIES) && copies.length * texts.length <= MAX_EXACT; copy++)
    copies = copies.flatMap((text) => texts.map((more) => text + more))
  return copies
}

function repetition(reader: Reader): [number, number] | null {
  const found = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(reader.pattern.slice(reader.at, reader.at + 16))
  if (found === null) return null
  reader.at += found[0].length
  const [text, least = '', comma = '', most = ''] = found
  if (text.startsWith('*')) return [0, Infinity]
  if (text.startsWith('+')) return [1, Infinity]
  if (text.startsWith('?')) return [0, 1]
  return [Number(least), comma === '' ? Number(least) : most === '' ? Infinity : Number(most)]
}

/** A run of literal characters, without the last one if it is repeated. */
const PLAIN = /[A-Za-z0-9 _=:;,'"`~@#%&<>/!-]{2,}(?![*+?{])/y

function atom(reader: Reader): Part {
  const { pattern } = reader
  PLAIN.lastIndex = reader.at
  const [plain] = PLAIN.exec(pattern) ?? []
  if (plain !== undefined) {
    reader.at += plain.length
    return exactly(plain.toLowerCase())
  }
  const char = pattern.charAt(reader.at)
  switch (char) {
    case '(':
      return group(reader)
    case '[':
      return charClass(reader)
    case '\\':
      return escape(reader)
    case '.':
      reader.at++
      return UNKNOWN
    case '^':
    case '$':
      reader.at++
      return EMPTY
    case '*':
    case '+':
    case '?':
      throw UNSUPPORTED
    default: {
      const code = pattern.codePointAt(reader.at) ?? 0
      reader.at += code > 0xffff ? 2 : 1
      return literal(String.fromCodePoint(code), reader)
    }
  }
}

/** One character. Case-insensitive non-ASCII letters yield no literal, because only the engine knows their cases. */
function literal(char: string, { ignoreCase }: Reader): Part {
  if (ignoreCase && char > '\u007f' && (char.toLowerCase() !== char || char.toUpperCase() !== char)) return UNKNOWN
  return exactly(foldCase(char))
}

function group(reader: Reader): Part {
  const head = /^\((?:\?(?:P?<\w+>|([imsU]*)(?:-([imsU]+))?([:)])))?/.exec(
    reader.pattern.slice(reader.at, reader.at + 80),
  )
  if (head === null || (head[0] === '(' && reader.pattern.charAt(reader.at + 1) === '?')) throw UNSUPPORTED
  const [text, on = '', off = '', end] = head
  reader.at += text.length
  const outside = reader.ignoreCase
  if (on.includes('i')) reader.ignoreCase = true
  if (off.includes('i')) reader.ignoreCase = false
  // `(?i)` sets the flag for the rest of the group.
  if (end === ')') return EMPTY
  const part = alternatives(reader)
  if (reader.pattern.charAt(reader.at) !== ')') throw UNSUPPORTED
  reader.at++
  reader.ignoreCase = outside
  return part
}

function charClass(reader: Reader): Part {
  const { pattern } = reader
  let at = reader.at + 1
  const negated = pattern.charAt(at) === '^'
  if (negated) at++
  const codes: number[] = []
  let known = !negated
  /** Reads one character of the class; null for an escape that stands for many. */
  const next = (): number | null => {
    const rest = pattern.slice(at, at + 40)
    const named = /^(?:\[:[^\]]*:\]|\\[pP](?:\{[^}]*\}|.)|\\[dDwWsS])/.exec(rest)
    const code = /^\\x(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{2}))/.exec(rest)
    const text = named?.[0] ?? code?.[0] ?? /^\\(?:[^\w\s]|[nrtfv])/.exec(rest)?.[0] ?? /^[^\\]/su.exec(rest)?.[0]
    if (text === undefined) throw UNSUPPORTED
    at += text.length
    if (named !== null) return null
    if (code !== null) return Number.parseInt(code[1] ?? code[2] ?? '', 16)
    const control = CONTROLS[text.slice(1)]
    return control ?? text.codePointAt(text.startsWith('\\') ? 1 : 0) ?? null
  }
  for (let first = true; first || pattern.charAt(at) !== ']'; first = false) {
    if (at >= pattern.length) throw UNSUPPORTED
    const from = next()
    const ranged = pattern.charAt(at) === '-' && pattern.charAt(at + 1) !== ']'
    if (ranged) at++
    const to = ranged ? next() : from
    if (from === null || to === null || to - from > MAX_RANGE) known = false
    else for (let code = from; code <= to; code++) codes.push(code)
  }
  reader.at = at + 1
  if (!known || codes.length > MAX_RANGE) return UNKNOWN
  const texts = codes.map((code) => literal(String.fromCodePoint(code), reader).exact)
  // A handful of ASCII characters occur in nearly every text; a handful of invisible characters do not.
  if (texts.includes(null) || (codes.length > MAX_CLASS && codes.some((code) => code < 0x80))) return UNKNOWN
  const exact = texts.flatMap((text) => text ?? [])
  if (exact.length <= MAX_EXACT) return { exact, holds: [], head: exact }
  // For characters beyond the basic plane the high surrogate is selective enough, because they are rare.
  const halves = [...new Set(exact.map((text) => text.charAt(0)))]
  return { exact: null, holds: [halves], head: halves }
}

function escape(reader: Reader): Part {
  const { pattern } = reader
  const rest = pattern.slice(reader.at, reader.at + 40)
  const char = rest.charAt(1)
  const known = KNOWN_ESCAPES[char]
  if (known !== undefined) {
    reader.at += 2
    return known
  }
  const code = /^\\x(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{2}))/.exec(rest)
  if (code !== null) {
    reader.at += code[0].length
    return literal(String.fromCodePoint(Number.parseInt(code[1] ?? code[2] ?? '', 16)), reader)
  }
  const named = /^\\[pP](?:\{[^}]*\}|.)/.exec(rest)
  if (named !== null) {
    reader.at += named[0].length
    return UNKNOWN
  }
  if (!/[^\w\s]/.test(char)) throw UNSUPPORTED
  reader.at += 2
  return literal(char, reader)
}

const exactly = (text: string): Part => ({ exact: [text], holds: [], head: [text] })
const KNOWN_ESCAPES: Readonly<Partial<Record<string, Part>>> = {
  d: UNKNOWN,
  D: UNKNOWN,
  w: UNKNOWN,
  W: UNKNOWN,
  s: UNKNOWN,
  S: UNKNOWN,
  b: WORD_EDGE,
  B: EMPTY,
  A: EMPTY,
  z: EMPTY,
  n: exactly('\n'),
  r: exactly('\r'),
  t: exactly('\t'),
  f: exactly('\f'),
  v: exactly('\v'),
}
