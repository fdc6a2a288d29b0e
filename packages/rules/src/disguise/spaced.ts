import type { Decode, DecodedPart, Disguised } from './disguise.ts'
import { isKnownWord } from './known-words.ts'
import { SPACED_CELLS } from './signs.ts'
import type { Range } from '../match/leaf-place.ts'

/** Joins single characters with a blank, dot, dash or the like between. A wider gap is between words. */
export const decodeSpaced: Decode = (text) => {
  const runs: Disguised[] = []
  let row: SpacedWord[] = []
  const finish = () => {
    const cells = row.reduce((sum, { letters }) => sum + letters.length, 0)
    if (cells >= SPACED_CELLS && row.some(({ letters }) => letters.length >= WORD_CELLS))
      runs.push(joinedRow(text, row))
    row = []
  }
  for (const { 0: token, index: start } of text.matchAll(/[^ \t\r\n]+/g)) {
    const end = start + token.length
    const letters = token.length === 1 ? token : withoutSeparators(token)
    const last = row.at(-1)
    if (letters === null) finish()
    // Single characters with one blank between are a word.
    else if (token.length === 1 && last?.isRow === true && text.slice(last.end, start) === ' ')
      row[row.length - 1] = { start: last.start, end, letters: last.letters + token, isRow: true }
    else row.push({ start, end, letters, isRow: token.length === 1 })
  }
  finish()
  return runs
}

/** A word of a row has at least this many characters, so that a list of initials is none. */
const WORD_CELLS = 3

interface SpacedWord extends Range {
  readonly letters: string
  /** True if its characters are tokens of their own, with a blank between. */
  readonly isRow: boolean
}

const SEPARATORS = '.-_*|,/~+:'

/** `ignore` for `i.g.n.o.r.e`, also with a separator before or after it; null for any other token. */
const withoutSeparators = (token: string): string | null => everySecond(token, 0) ?? everySecond(token, 1)

/** The characters from `first` on, if the same separator is between all of them. */
function everySecond(token: string, first: 0 | 1): string | null {
  const separator = token.charAt(1 - first)
  if (!SEPARATORS.includes(separator)) return null
  let letters = ''
  for (let at = first; at < token.length; at += 2) {
    letters += token.charAt(at)
    if (at + 1 < token.length && token.charAt(at + 1) !== separator) return null
  }
  return letters
}

function joinedRow(text: string, row: readonly SpacedWord[]): Disguised {
  const cells = row.reduce((sum, { letters }) => sum + letters.length, 0)
  const hasNoGaps = cells > row.length * SEVERAL_WORDS_CHARS && cells <= DIVIDED_CHARS
  const parts: DecodedPart[] = []
  for (const [index, word] of row.entries()) {
    parts.push(
      ...(hasNoGaps && !ADDRESS.test(word.letters)
        ? wordsOf(word)
        : [{ text: word.letters, from: word.start, to: word.end }]),
    )
    const next = row[index + 1]
    if (next === undefined) continue
    const gap = text.slice(word.end, next.start)
    parts.push({ text: gap.includes('\n') ? '\n' : ' ', from: word.end, to: next.start })
  }
  return { start: row[0]?.start ?? 0, end: row.at(-1)?.end ?? 0, by: 'spaced', parts }
}

/** Addresses and paths are long, and no words. */
const ADDRESS = /[@/\\_=]/
/** Longer words on average are several words without a gap between. */
const SEVERAL_WORDS_CHARS = 14
/** A longer row is not divided into words, which takes time. */
const DIVIDED_CHARS = 4_096
/** No word of the lexicons is longer. */
const LONGEST_WORD_CHARS = 18

function wordsOf({ start, end, letters }: SpacedWord): readonly DecodedPart[] {
  const width = (end - start + 1) / letters.length
  const placeOf = (cell: number) => start + Math.round(cell * width)
  const parts: DecodedPart[] = []
  let at = 0
  for (const word of divided(letters)) {
    const from = placeOf(at)
    const isNew = parts.length > 0 && LETTER.test(word) && LETTER.test(parts.at(-1)?.text.at(-1) ?? '')
    at += word.length
    parts.push({ text: isNew ? ` ${word}` : word, from, to: Math.min(end, placeOf(at) - 1) })
  }
  return parts
}

const LETTER = /^\p{L}/u

/** Divides letters into the known words that cover them best. Long words weigh more than several short ones. */
function divided(letters: string): readonly string[] {
  const lower = letters.toLowerCase()
  const scores = [0]
  const lengths = [0]
  for (let end = 1; end <= lower.length; end++) {
    let [score, length] = [scores[end - 1] ?? 0, 1]
    for (let size = 2; size <= Math.min(end, LONGEST_WORD_CHARS); size++) {
      const whole = (scores[end - size] ?? 0) + size * size
      if (whole <= score || !isKnownWord(lower.slice(end - size, end))) continue
      score = whole
      length = size
    }
    scores.push(score)
    lengths.push(length)
  }
  // The places where words begin, from the last one.
  const starts: number[] = []
  let isLastKnown = true
  for (let end = letters.length; end > 0;) {
    const length = lengths[end] ?? 1
    const start = end - length
    const isKnown = length > 1 || isKnownWord(lower.charAt(start))
    // Letters outside known words stay together.
    if (!isKnown && !isLastKnown) starts.pop()
    starts.push(start)
    isLastKnown = isKnown
    end = start
  }
  return starts.reverse().map((start, index, all) => letters.slice(start, all[index + 1]))
}
