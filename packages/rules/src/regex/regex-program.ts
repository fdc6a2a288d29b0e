import type { RE2JS } from 're2js'

/** The executable part of a compiled regular expression. */
export interface RegexProgram {
  readonly start: number
  readonly insts: readonly Inst[]
  /** The first rune of each class except the first. All runes of a class have the same transitions. */
  readonly classBounds: Int32Array
  /** The class number of a rune. The end of a text, -1, has its own class. */
  classOf(rune: number): number
}

export interface Inst {
  readonly op: number
  readonly out: number
  readonly arg: number
  matchRune(rune: number): boolean
}

export function programOf(re: RE2JS): RegexProgram {
  const { prog, dfa } = re.re2Input
  const insts: Inst[] = prog.inst
  const { classBounds } = dfa
  const classOf = (rune: number) => {
    if (rune < 0) return classBounds.length + 1
    let low = 0
    let high = classBounds.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((classBounds[middle] ?? 0) <= rune) low = middle + 1
      else high = middle
    }
    return low
  }
  return { start: prog.start, insts, classBounds, classOf }
}

// The library's opcodes, as in Go's regexp/syntax.
export const ALT = 1
export const ALT_MATCH = 2
export const CAPTURE = 3
export const EMPTY_WIDTH = 4
export const MATCH = 6
export const NOP = 7
export const RUNE = 8

// The library's flags for conditions between two characters.
const BEGIN_LINE = 1
const END_LINE = 2
const BEGIN_TEXT = 4
const END_TEXT = 8
const WORD_EDGE = 16
const NO_WORD_EDGE = 32
/** The previous character is a word character. The library has no such flag. */
const AFTER_WORD = 64

/** Upper bound of what `flagsAfter` returns. */
export const MAX_FLAGS = 2 * AFTER_WORD

/** The flags determined by the previous character; -1 for the beginning of the text. */
export function flagsAfter(before: number): number {
  if (before < 0) return BEGIN_TEXT | BEGIN_LINE
  return isWord(before) ? AFTER_WORD : before === NEWLINE ? BEGIN_LINE : 0
}

/** The conditions that hold at a position, from the flags before it and the rune after it (-1 for the end). */
export function conditionsAt(flags: number, rune: number): number {
  const edge = isWord(rune) === ((flags & AFTER_WORD) !== 0) ? NO_WORD_EDGE : WORD_EDGE
  return (flags & ~AFTER_WORD) | edge | (rune < 0 ? END_LINE | END_TEXT : rune === NEWLINE ? END_LINE : 0)
}

const NEWLINE = 10

function isWord(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39) || code === 0x5f
  )
}
