import { foldCase } from './fold.ts'

/**
 * What a text must hold to match: a list of literals, folded, of which it has one at least; null where the pattern
 * tells nothing, or is written in a way that this does not follow. It may be less than could be known, never wrong.
 *
 * After Russ Cox, “Regular Expression Matching with a Trigram Index”: each part of the pattern has either all the texts
 * that it can be (`exact`), or texts of which it must contain one (`holds`), and the parts of a sequence are multiplied
 * out while they are few.
 */
export function requiredLiterals(pattern: string, ignoreCase: boolean): string[] | null {
  const reader: Reader = { pattern, at: 0, ignoreCase }
  try {
    const part = alternatives(reader)
    return reader.at === pattern.length ? best([required(part)]) : null
  } catch (error) {
    if (error === NOT_FOLLOWED) return null
    throw error
  }
}

interface Reader {
  readonly pattern: string
  at: number
  ignoreCase: boolean
}

interface Part {
  readonly exact: readonly string[] | null
  readonly holds: readonly string[] | null
}

const EMPTY: Part = { exact: [''], holds: null }
const UNKNOWN: Part = { exact: null, holds: null }
const NOT_FOLLOWED = new Error('A pattern that requiredLiterals does not follow')

/** More alternatives than this say too little to be worth their place in an index. */
const MOST_EXACT = 48
const MOST_HOLDS = 160
const MOST_CLASS = 6

const required = ({ exact, holds }: Part) => (exact !== null && !exact.includes('') ? exact : holds)

/** Of several lists that all hold the one that says most: whose shortest literal is the longest. */
function best(lists: readonly (readonly string[] | null)[]): string[] | null {
  let found: readonly string[] | null = null
  let foundWorth = -Infinity
  for (const list of lists) {
    if (list === null || list.length === 0 || list.length > MOST_HOLDS) continue
    const worth = Math.min(12, ...list.map((text) => text.length)) - list.length / 16
    if (worth > foundWorth) [found, foundWorth] = [list, worth]
  }
  return found === null ? null : [...new Set(found)]
}

function alternatives(reader: Reader): Part {
  const { ignoreCase } = reader
  const parts = [sequence(reader)]
  while (reader.pattern.charAt(reader.at) === '|') {
    reader.at++
    parts.push(sequence(reader))
  }
  // A flag that is set inside a group ends with it.
  reader.ignoreCase = ignoreCase
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  const exact = parts.flatMap((part) => part.exact ?? [])
  const holds = parts.flatMap((part) => required(part) ?? [])
  return {
    exact: parts.every((part) => part.exact !== null) && exact.length <= MOST_EXACT ? exact : null,
    holds: parts.every((part) => required(part) !== null) ? best([holds]) : null,
  }
}

function sequence(reader: Reader): Part {
  const found: (readonly string[] | null)[] = []
  let run: readonly string[] = ['']
  let whole = true
  const cut = (next: readonly string[]) => {
    whole = false
    if (!run.includes('')) found.push(run)
    run = next
  }
  while (reader.at < reader.pattern.length && !'|)'.includes(reader.pattern.charAt(reader.at))) {
    const part = repeated(reader)
    if (part.exact === null) {
      cut([''])
      found.push(part.holds)
    } else if (run.length * part.exact.length > MOST_EXACT) cut(part.exact)
    else run = run.flatMap((head) => (part.exact ?? []).map((tail) => head + tail))
  }
  if (whole) return { exact: run, holds: null }
  cut([''])
  return { exact: null, holds: best(found) }
}

function repeated(reader: Reader): Part {
  let part = atom(reader)
  for (;;) {
    const [least, most] = repetition(reader) ?? []
    if (least === undefined || most === undefined) return part
    if (least === 0) {
      const exact: readonly string[] | null = most === 1 && part.exact !== null ? ['', ...part.exact] : null
      part = { exact, holds: null }
    } else if (most !== 1) part = { exact: null, holds: required(part) }
  }
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

function atom(reader: Reader): Part {
  const { pattern } = reader
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
      throw NOT_FOLLOWED
    default: {
      const code = pattern.codePointAt(reader.at) ?? 0
      reader.at += code > 0xffff ? 2 : 1
      return literal(String.fromCodePoint(code), reader)
    }
  }
}

/** One character. Which letters beyond ASCII are equal without case is the engine's business, so they tell nothing. */
function literal(char: string, { ignoreCase }: Reader): Part {
  if (ignoreCase && char > '\u007f') return UNKNOWN
  return { exact: [foldCase(char)], holds: null }
}

function group(reader: Reader): Part {
  const head = /^\((?:\?(?:P?<\w+>|([imsU]*)(?:-([imsU]+))?([:)])))?/.exec(reader.pattern.slice(reader.at, reader.at + 80))
  if (head === null || (head[0] === '(' && reader.pattern.charAt(reader.at + 1) === '?')) throw NOT_FOLLOWED
  const [text, on = '', off = '', end] = head
  reader.at += text.length
  const outside = reader.ignoreCase
  if (on.includes('i')) reader.ignoreCase = true
  if (off.includes('i')) reader.ignoreCase = false
  // `(?i)` alone sets the flag for what follows in the same group.
  if (end === ')') return EMPTY
  const part = alternatives(reader)
  if (reader.pattern.charAt(reader.at) !== ')') throw NOT_FOLLOWED
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
  /** The character at `at`, moved behind it; null where it stands for many. */
  const next = (): number | null => {
    const rest = pattern.slice(at, at + 40)
    const named = /^(?:\[:[^\]]*:\]|\\[pP](?:\{[^}]*\}|.)|\\[dDwWsS])/.exec(rest)
    const code = /^\\x(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{2}))/.exec(rest)
    const text = named?.[0] ?? code?.[0] ?? /^\\[^\w\s]/.exec(rest)?.[0] ?? /^[^\\]/su.exec(rest)?.[0]
    if (text === undefined) throw NOT_FOLLOWED
    at += text.length
    if (named !== null) return null
    if (code !== null) return Number.parseInt(code[1] ?? code[2] ?? '', 16)
    return text.codePointAt(text.startsWith('\\') ? 1 : 0) ?? null
  }
  for (let first = true; first || pattern.charAt(at) !== ']'; first = false) {
    if (at >= pattern.length) throw NOT_FOLLOWED
    const from = next()
    const ranged = pattern.charAt(at) === '-' && pattern.charAt(at + 1) !== ']'
    if (ranged) at++
    const to = ranged ? next() : from
    if (from === null || to === null || to - from > MOST_HOLDS) known = false
    else for (let code = from; code <= to; code++) codes.push(code)
  }
  reader.at = at + 1
  if (!known || codes.length > MOST_HOLDS) return UNKNOWN
  const texts = codes.map((code) => literal(String.fromCodePoint(code), reader).exact)
  // A few ASCII letters are no news in any text; a few invisible characters are.
  if (texts.includes(null) || (codes.length > MOST_CLASS && codes.some((code) => code < 0x80))) return UNKNOWN
  const exact = texts.flatMap((text) => text ?? [])
  return exact.length <= MOST_EXACT ? { exact, holds: null } : { exact: null, holds: exact }
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
  if (!/[^\w\s]/.test(char)) throw NOT_FOLLOWED
  reader.at += 2
  return literal(char, reader)
}

const exactly = (text: string): Part => ({ exact: [text], holds: null })
const KNOWN_ESCAPES: Readonly<Partial<Record<string, Part>>> = {
  d: UNKNOWN,
  D: UNKNOWN,
  w: UNKNOWN,
  W: UNKNOWN,
  s: UNKNOWN,
  S: UNKNOWN,
  b: EMPTY,
  B: EMPTY,
  A: EMPTY,
  z: EMPTY,
  n: exactly('\n'),
  r: exactly('\r'),
  t: exactly('\t'),
  f: exactly('\f'),
  v: exactly('\v'),
}
