import { spend } from './work-meter.ts'

/** Up to this length `indexOf` is fastest, although its worst case is text × literal. */
const SHORT = 64

/**
 * Returns a function for ascending offsets: the next occurrence of the literal at or after the offset, or Infinity. All
 * calls together read the text once, whatever the literal (Knuth, Morris and Pratt).
 */
export function literalPlaces(literal: string, text: string): (from: number) => number {
  let found = literal.length > text.length ? Infinity : -1
  let fails: Int32Array | null = null
  let at = 0
  let matched = 0
  return (from) => {
    if (found >= from) return found
    if (at < from) [at, matched] = [from, 0]
    fails ??= failuresOf(literal)
    const began = at
    found = Infinity
    while (at < text.length) {
      matched = advance(literal, fails, matched, text.charCodeAt(at++))
      if (matched < literal.length || at - matched < from) continue
      found = at - matched
      break
    }
    spend(at - began)
    return found
  }
}

/** Like `text.indexOf(literal, from)`, but in linear time. */
export function placeOfLiteral(literal: string, text: string, from = 0): number {
  if (literal.length <= SHORT) return text.indexOf(literal, from)
  const place = literalPlaces(literal, text)(from)
  return place === Infinity ? -1 : place
}

/** The first occurrence in `text` of the longest possible prefix of the literal; empty if no character occurs. */
export function longestBeginning(literal: string, text: string): { start: number; end: number } {
  const fails = failuresOf(literal)
  let longest = { start: 0, end: 0 }
  for (let at = 0, matched = 0; at < text.length; at++) {
    matched = advance(literal, fails, matched, text.charCodeAt(at))
    if (matched > longest.end - longest.start) longest = { start: at + 1 - matched, end: at + 1 }
  }
  return longest
}

/** The failure function: at `matched - 1`, how many characters still match after a mismatch. */
function failuresOf(literal: string): Int32Array {
  const fails = new Int32Array(literal.length)
  for (let at = 1, matched = 0; at < literal.length; at++) {
    matched = advance(literal, fails, matched, literal.charCodeAt(at))
    fails[at] = matched
  }
  return fails
}

/** The number of characters of the literal that match after reading `code`, if `matched` did before. */
function advance(literal: string, fails: Int32Array, matched: number, code: number): number {
  while (matched > 0 && literal.charCodeAt(matched) !== code) matched = fails[matched - 1] ?? 0
  return literal.charCodeAt(matched) === code ? matched + 1 : 0
}
