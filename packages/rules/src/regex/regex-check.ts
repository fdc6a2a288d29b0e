/**
 * An upper bound for the number of instructions that a pattern compiles to, without compiling it. Null if the pattern
 * is outside the supported subset: then it may be valid or not, and must be compiled to find out.
 *
 * The subset of RE2's syntax has no flags, names, Unicode classes, or repetitions of repetitions or conditions. Nearly
 * all rules are within it, and loading them is three times as fast if their expressions are compiled on first use.
 */
export function sizeOfPlain(pattern: string): number | null {
  const reader: Reader = { pattern, at: 0, depth: 0 }
  const whole = alternatives(reader)
  return whole !== null && reader.at === pattern.length ? whole.size + 2 : null
}

interface Reader {
  readonly pattern: string
  at: number
  depth: number
}

interface Part {
  readonly size: number
  /** The number of copies of its most repeated part. */
  readonly copies: number
}

/** Maximum nesting of groups. */
const MAX_GROUPS = 50
/** RE2 allows 1,000 copies of a part, multiplied over all repetitions around it. */
const MAX_COPIES = 1_000

function alternatives(reader: Reader): Part | null {
  let size = 0
  let copies = 1
  for (;;) {
    const part = sequence(reader)
    if (part === null) return null
    size += part.size + 1
    copies = Math.max(copies, part.copies)
    if (reader.pattern.charAt(reader.at) !== '|') return { size, copies }
    reader.at++
  }
}

function sequence(reader: Reader): Part | null {
  let size = 1
  let copies = 1
  while (reader.at < reader.pattern.length && !'|)'.includes(reader.pattern.charAt(reader.at))) {
    const condition = take(reader, CONDITION) !== null
    const part = condition ? ONE : atom(reader)
    if (part === null) return null
    const repeat = take(reader, REPETITION)
    if (repeat === null) {
      size += part.size
      copies = Math.max(copies, part.copies)
      continue
    }
    const [, least = '1', most = least] = repeat
    const times = Math.max(Number(least), Number(most === '' ? least : most), 1)
    const all = times * part.copies
    if (condition || all > MAX_COPIES || (most !== '' && Number(most) < Number(least))) return null
    if (take(reader, REPETITION) !== null) return null
    size += (part.size + 2) * (times + 1)
    copies = Math.max(copies, all)
  }
  return { size, copies }
}

function atom(reader: Reader): Part | null {
  if (take(reader, GROUP) !== null) {
    if (++reader.depth > MAX_GROUPS) return null
    const part = alternatives(reader)
    if (part === null || reader.pattern.charAt(reader.at) !== ')') return null
    reader.at++
    reader.depth--
    return { size: part.size + 2, copies: part.copies }
  }
  const items = take(reader, CLASS)?.[1]
  if (items !== undefined) return rangesAscend(items) ? ONE : null
  return take(reader, CHARACTER) === null ? null : ONE
}

const ONE: Part = { size: 1, copies: 1 }
const CONDITION = /\^|\$|\\[bBAz]/y
const REPETITION = /(?:[*+?]|\{(\d{1,4})(?:,(\d{0,4}))?\})\??/y
const GROUP = /\((?:\?:|(?!\?))/y
const CLASS =
  /\[(?:\^|(?!\^))((?:\\[dDwWsS]|\\x[0-9a-fA-F]{2}|\\x\{(?:10[0-9a-fA-F]{4}|[0-9a-fA-F]{1,5})\}|\\[nrtfv]|\\[^\w\s\u0080-\uffff]|[^\\\]\ud800-\udfff[]|\[(?!:))+)\]/y
const CHARACTER =
  /\.|\\[dDwWsSnrtfv]|\\x[0-9a-fA-F]{2}|\\x\{(?:10[0-9a-fA-F]{4}|[0-9a-fA-F]{1,5})\}|\\[^\w\s\u0080-\uffff]|[^\\.[\](){}|*+?^$\ud800-\udfff]|[\ud800-\udbff][\udc00-\udfff]|[\]}]|\{(?!\d)/y
const ITEM = /\\[dDwWsS]|\\x(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{2}))|\\?([\s\S])/y

/** Returns whether no range of the class is reversed, and none ends in a class. */
function rangesAscend(items: string): boolean {
  const reader: Reader = { pattern: items, at: 0, depth: 0 }
  while (reader.at < items.length) {
    const from = codeOf(take(reader, ITEM))
    if (items.charAt(reader.at) !== '-' || reader.at === items.length - 1) continue
    reader.at++
    const to = codeOf(take(reader, ITEM))
    if (from === null || to === null || to < from) return false
  }
  return true
}

/** Null for a class such as `\d`. */
function codeOf(item: RegExpExecArray | null): number | null {
  const [text = '', long, short, char] = item ?? []
  const code = long ?? short
  if (code !== undefined) return Number.parseInt(code, 16)
  if (char === undefined) return null
  return (text.length === 2 ? CONTROLS[char] : undefined) ?? char.charCodeAt(0)
}

/** The code points of escapes such as `\n`, by letter. */
export const CONTROLS: Readonly<Partial<Record<string, number>>> = { n: 10, r: 13, t: 9, f: 12, v: 11 }

function take(reader: Reader, token: RegExp): RegExpExecArray | null {
  token.lastIndex = reader.at
  const found = token.exec(reader.pattern)
  if (found !== null) reader.at = token.lastIndex
  return found
}
