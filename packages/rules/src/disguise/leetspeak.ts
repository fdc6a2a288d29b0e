import type { Decode, Disguised } from './disguise.ts'
import { isKnownWord, KNOWN_WORDS } from './known-words.ts'
import { LEET_WORDS } from './signs.ts'
import type { Range } from '../match/leaf-place.ts'

/** The letters that a digit or sign can stand for, the most common first. */
const LETTERS: ReadonlyMap<string, string> = new Map([
  ['0', 'o'],
  ['1', 'il'],
  ['2', 'z'],
  ['3', 'e'],
  ['4', 'a'],
  ['5', 's'],
  ['6', 'gb'],
  ['7', 't'],
  ['8', 'b'],
  ['9', 'g'],
  ['@', 'a'],
  ['$', 's'],
  ['!', 'i'],
])
/** Signs at the end of a word are punctuation, and `@` is none in an e-mail address. A line end may be written `\\n`. */
const WORD = /(?<!\\)(?:[a-z\d$!]|@(?![\w-]{1,63}\.\w))*(?:[a-z\d$]|@(?![\w-]{1,63}\.\w))/gi
/** A sign before a word makes a variable or a handle. */
const LEET = /\d|[^@$!][@$!]/
const LETTER = /[a-z]/i
const ORDINAL = /^\d+(?:st|nd|rd|th)$/i
/** Combinations of letters that are tried for one word. */
const CANDIDATES = 8
/** A longer word is a key or an identifier. */
const WORD_CHARS = 32
/** Shorter words are also units: `1s`. */
const KNOWN_CHARS = 3
/** Each known word of a run weighs its letters, and each unknown one takes this much. */
const UNKNOWN_WEIGHT = 3
/** A run ends where unknown words took this much. */
const DROP = 24

interface LeetWord extends Range {
  readonly decoded: string
}

/**
 * Replaces digits and signs within words with letters, in runs of words of which several are known ones then. Numbers
 * are replaced only if they are a known word.
 */
export const decodeLeetspeak: Decode = (text) => {
  const hasPlainL = /l/i.test(text)
  const found: LeetWord[][] = []
  // The run that is being read.
  let run: LeetWord[] = []
  let [known, score, best] = [0, 0, 0]
  const finish = () => {
    if (known >= LEET_WORDS) found.push(run)
    run = []
    known = 0
    score = 0
    best = 0
  }
  for (const { 0: word, index: start } of text.matchAll(WORD)) {
    if (word.length > WORD_CHARS || !LEET.test(word) || ORDINAL.test(word)) continue
    const knownWord = knownWordOf(word)
    if (knownWord === null && isNumber(word)) continue
    run.push({ start, end: start + word.length, decoded: knownWord ?? replaced(word, hasPlainL) })
    if (knownWord === null) score -= UNKNOWN_WEIGHT
    else if (word.length >= KNOWN_CHARS && LETTER.test(word)) {
      known += 1
      score += word.length
      best = Math.max(best, score)
    }
    if (score < best - DROP || score < -DROP) finish()
  }
  finish()
  return found.flat().map(({ start, end, decoded }): Disguised => {
    return { start, end, by: 'leetspeak', parts: [{ text: decoded, from: start, to: end }] }
  })
}

/** Returns true for numbers, dates and account numbers, which have few letters. */
const isNumber = (word: string) => word.replaceAll(/[^a-z]/gi, '').length * 4 < word.length

function knownWordOf(word: string): string | null {
  let candidates = ['']
  for (const character of word) {
    const letters = LETTERS.get(character) ?? character
    if (letters.length === 1 || candidates.length >= CANDIDATES)
      for (const [number, before] of candidates.entries()) candidates[number] = before + letters.charAt(0)
    else candidates = candidates.flatMap((before) => [...letters].map((letter) => before + letter))
  }
  return candidates.find((candidate) => isKnownWord(candidate.toLowerCase())) ?? null
}

/** In a text without the letter `l`, the digit 1 stands for it, too: where it is more common between its neighbors. */
function replaced(word: string, hasPlainL: boolean): string {
  const decoded = [...word].map((one) => LETTERS.get(one)?.charAt(0) ?? one)
  if (hasPlainL) return decoded.join('')
  const around = (at: number) => decoded[at]?.toLowerCase() ?? ' '
  for (const [at, character] of [...word].entries()) {
    if (character !== '1') continue
    const timesAs = (letter: string) => TRIPLES.get(around(at - 1) + letter + around(at + 1)) ?? 0
    if (timesAs('l') > timesAs('i')) decoded[at] = 'l'
  }
  return decoded.join('')
}

/** How often three letters follow one another in the known words. A blank is before and after a word. */
const TRIPLES = new Map<string, number>()
for (const word of KNOWN_WORDS)
  for (let at = 0; at < word.length; at++) {
    const triple = ` ${word} `.slice(at, at + 3)
    TRIPLES.set(triple, (TRIPLES.get(triple) ?? 0) + 1)
  }
