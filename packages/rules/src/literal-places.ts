import { spend } from './work-meter.ts'

/** Up to here what is built into the language is as quick as it can be, whatever the text: it may cost text × literal. */
const SHORT = 64

/**
 * Asked for ascending places: where in `text` the literal stands next, at that place or later; Infinity for nowhere.
 * However often it is asked, and whatever the literal, that takes one reading of the text. After Knuth, Morris and Pratt.
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

/** Where the literal stands in `text`, at `from` or later; -1 for nowhere. */
export function placeOfLiteral(literal: string, text: string, from = 0): number {
  if (literal.length <= SHORT) return text.indexOf(literal, from)
  const place = literalPlaces(literal, text)(from)
  return place === Infinity ? -1 : place
}

/** The longest beginning of the literal that stands in `text`, where it first does; empty where not even one character does. */
export function longestBeginning(literal: string, text: string): { start: number; end: number } {
  const fails = failuresOf(literal)
  let longest = { start: 0, end: 0 }
  for (let at = 0, matched = 0; at < text.length; at++) {
    matched = advance(literal, fails, matched, text.charCodeAt(at))
    if (matched > longest.end - longest.start) longest = { start: at + 1 - matched, end: at + 1 }
  }
  return longest
}

/** By the characters that have matched, less one: how many still do where the one that follows does not. */
function failuresOf(literal: string): Int32Array {
  const fails = new Int32Array(literal.length)
  for (let at = 1, matched = 0; at < literal.length; at++) {
    matched = advance(literal, fails, matched, literal.charCodeAt(at))
    fails[at] = matched
  }
  return fails
}

/** How many characters of the literal end with `code`, where `matched` stood before it. */
function advance(literal: string, fails: Int32Array, matched: number, code: number): number {
  while (matched > 0 && literal.charCodeAt(matched) !== code) matched = fails[matched - 1] ?? 0
  return literal.charCodeAt(matched) === code ? matched + 1 : 0
}
