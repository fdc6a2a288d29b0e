import { literalPlaces, placeOfLiteral } from '../../literal-places.ts'
import { spend, STEPS_PER_REPORT } from '../../work-meter.ts'

/** A parsed text with Sigma's wildcards: `*` matches any number of characters, `?` matches one. */
export interface Glob {
  /** The parts between the stars; `null` in a piece matches any one character. At least one piece, possibly empty. */
  readonly pieces: readonly Piece[]
}
type Piece = readonly (string | null)[]

export const STAR: unique symbol = Symbol('*')
export const ANY: unique symbol = Symbol('?')
export type GlobToken = string | typeof STAR | typeof ANY

/** Only `\\`, `\*` and `\?` are escapes; any other backslash is literal. */
export function globTokens(text: string): GlobToken[] {
  if (!SPECIAL.test(text)) return text === '' ? [] : [text]
  const tokens: GlobToken[] = []
  let literal = ''
  const flush = () => {
    if (literal !== '') tokens.push(literal)
    literal = ''
  }
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at)
    const next = text.charAt(at + 1)
    if (char === '\\' && (next === '\\' || next === '*' || next === '?')) {
      literal += next
      at++
    } else if (char === '*' || char === '?') {
      flush()
      tokens.push(char === '*' ? STAR : ANY)
    } else literal += char
  }
  flush()
  return tokens
}

const SPECIAL = /[*?]|\\\\/

export function globOf(tokens: readonly GlobToken[]): Glob {
  const pieces: (string | null)[][] = [[]]
  for (const token of tokens) {
    if (token === STAR) pieces.push([])
    else pieces.at(-1)?.push(token === ANY ? null : token)
  }
  // Arrays grow by 17 elements, and a rule set keeps tens of thousands of these, so copies of the exact size are kept.
  return { pieces: pieces.map((piece) => (piece.length === 0 ? NO_PARTS : piece.slice())) }
}

const NO_PARTS: Piece = []

/** The literal of a glob whose only wildcards are stars at its ends; null for any other. */
export function plainText({ pieces }: Glob): { text: string; start: boolean; end: boolean } | null {
  const filled = pieces.filter((piece) => piece.length > 0)
  const [piece = []] = filled
  if (filled.length > 1 || piece.length > 1 || piece[0] === null) return null
  const text = piece[0] ?? ''
  const first = pieces[0] ?? []
  const last = pieces.at(-1) ?? []
  // `*` alone is anchored at neither end; a single piece is anchored at both.
  return { text, start: pieces.length === 1 || first.length > 0, end: pieces.length === 1 || last.length > 0 }
}

/** The literals that every matching text contains, in order. */
export function globLiterals({ pieces }: Glob): string[] {
  return pieces.flat().filter((part) => part !== null)
}

/**
 * The leftmost match in `text`, as short as possible, or null. A star at either end is not part of the range. Pieces
 * are placed left to right without backtracking, so the time is bounded by text length × question marks of a piece.
 */
export function globFind({ pieces }: Glob, text: string, from = 0): { start: number; end: number } | null {
  const first = pieces[0] ?? []
  const last = pieces.at(-1) ?? []
  const head = pieceEnd(first, text, 0)
  if (head < 0 || (from > 0 && first.length > 0)) return null
  if (pieces.length === 1) return head === text.length ? { start: 0, end: head } : null

  let at = Math.max(from, head)
  let start = first.length > 0 ? 0 : -1
  for (const piece of pieces.slice(1, -1)) {
    if (piece.length === 0) continue
    const found = findPiece(piece, text, at)
    if (found === null) return null
    if (start < 0) start = found.start
    at = found.end
  }
  if (last.length === 0) return { start: Math.max(start, 0), end: start < 0 ? text.length : at }
  const tail = tailStart(last, text, at)
  return tail < 0 ? null : { start: start < 0 ? tail : start, end: text.length }
}

/** The end of the piece if it matches at `at`, or -1. */
function pieceEnd(piece: Piece, text: string, at: number): number {
  let end = at
  for (const part of piece) {
    if (part === null) {
      if (end >= text.length) return -1
      end = afterCharacter(text, end)
    } else if (text.startsWith(part, end)) end += part.length
    else return -1
  }
  return end
}

const afterCharacter = (text: string, at: number) => at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1)

function findPiece(piece: Piece, text: string, from: number): { start: number; end: number } | null {
  const [only] = piece
  if (piece.length === 1 && typeof only === 'string') {
    const start = placeOfLiteral(only, text, from)
    return start < 0 ? null : { start, end: start + only.length }
  }
  const parts = piece.map((part) => (part === null ? null : literalPlaces(part, text)))
  let steps = 0
  const done = (found: { start: number; end: number } | null) => {
    spend(steps)
    return found
  }
  for (let start = from; ;) {
    let end = start
    let short = 0
    if (steps >= STEPS_PER_REPORT) {
      spend(steps)
      steps = 0
    }
    for (let index = 0; index < parts.length && short === 0; index++) {
      steps++
      const placeFrom = parts[index] ?? null
      if (placeFrom === null) {
        if (end >= text.length) return done(null)
        end = afterCharacter(text, end)
        continue
      }
      // A later start never yields an earlier place.
      const place = placeFrom(end)
      if (place === Infinity) return done(null)
      short = place - end
      end = place + (piece[index]?.length ?? 0)
    }
    if (short === 0) return done({ start, end })
    // A character has at most two units, so with any earlier start this part would still be too close.
    start += Math.ceil(short / 2)
  }
}

/** The start of the last piece such that it ends the text, at `from` or later; or -1. */
function tailStart(piece: Piece, text: string, from: number): number {
  let at = text.length
  for (const part of piece.toReversed()) {
    if (part === null) {
      if (at <= 0) return -1
      const low = text.charCodeAt(at - 1)
      const high = text.charCodeAt(at - 2)
      at -= low >= 0xdc00 && low < 0xe000 && high >= 0xd800 && high < 0xdc00 ? 2 : 1
    } else if (text.endsWith(part, at)) at -= part.length
    else return -1
  }
  return at < from ? -1 : at
}
