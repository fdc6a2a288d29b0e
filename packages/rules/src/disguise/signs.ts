import { isConfusable } from './confusables.ts'
import { isHidden } from './invisible.ts'
import { KNOWN_WORDS } from './known-words.ts'
import { reversed, rot13 } from './letters.ts'
import { ELEMENTS } from './markup.ts'
import { beginsLikeBase64, beginsLikeHex, HEX_PAIRS, hexDigit, RUN_CHARS } from './runs.ts'

/** Signs that a text may have something to decode, as bits. */
export const SIGNS = {
  /** A run of the characters of base64 and hex. */
  run: 1,
  /** A row of pairs of hex digits. */
  pairs: 2,
  /** Words of an alphabet cipher, or from right to left. */
  cipher: 4,
  /** Words with digits for letters. */
  leetspeak: 8,
  /** A row of single characters. */
  spaced: 16,
  escapes: 32,
  markup: 64,
  /** Characters that are not shown. */
  invisible: 128,
  /** Words with plus signs between. */
  pluses: 256,
  /** Letters that look like Latin ones. */
  confusables: 512,
} as const

/** Single characters in a row. Lists of initials and options are shorter. */
export const SPACED_CELLS = 5
/** Words of letters and digits. Names of models and versions are fewer. */
export const LEET_WORDS = 3
const LAST_HEX_LETTER = 102
/** Each word with a digit before a letter, which no hex digits have, adds this much, and each other word takes one. */
const LEET_WEIGHT = 2
/** Plus signs in a row of characters without a blank. */
const PLUS_SIGNS = 2
/** Letters of known words in disguise, close to one another. */
export const CIPHER_LETTERS = 10
/** Shorter words are words of other languages, too, or names in source code. */
export const CIPHER_WORD_CHARS = 3

const [OTHER, DIGIT, SIGN, RUN_SIGN] = [0, 1, 2, 3] as const
const KINDS = new Uint8Array(128)
for (let code = 0; code < 128; code++) {
  const character = String.fromCharCode(code)
  if (/\d/.test(character)) KINDS[code] = DIGIT
  else if ('@$!'.includes(character)) KINDS[code] = SIGN
  else if ('+/=_-'.includes(character)) KINDS[code] = RUN_SIGN
}

const isHexDigit = (code: number) => hexDigit(code) >= 0

/** The signs of the UTF-16 units beyond ASCII. */
const BEYOND_ASCII = new Uint16Array(0x10000)
for (let code = 128; code < BEYOND_ASCII.length; code++) {
  const character = String.fromCharCode(code)
  if (isHidden(character)) BEYOND_ASCII[code] = SIGNS.invisible
  else if (isConfusable(character)) BEYOND_ASCII[code] = SIGNS.confusables
}

/** Known words in disguise that are no words themselves, and a table by hash, which is asked first. */
const ciphered = new Set<string>()
for (const word of KNOWN_WORDS)
  if (word.length >= CIPHER_WORD_CHARS)
    for (const one of [rot13(word), reversed(word)]) if (!KNOWN_WORDS.has(one)) ciphered.add(one)
const HASHES = 2 ** 18
const hashed = new Uint8Array(HASHES)
const step = (hash: number, code: number) => (Math.imul(hash, 31) + (code | 32)) & (HASHES - 1)
for (const word of ciphered) {
  let hash = 0
  for (let at = 0; at < word.length; at++) hash = step(hash, word.charCodeAt(at))
  hashed[hash] = 1
}

/**
 * Returns the signs of a text, by reading it once. Most texts have none, so that nothing is decoded. A sign may be
 * wrong; whoever decodes looks closer.
 */
export function signsOf(text: string): number {
  const { length } = text
  let signs = 0
  // The word of letters, digits and signs that is being read.
  let wordLetters = 0
  let wordDigits = 0
  let isLeet = false
  let runStart = 0
  // Characters since the last word.
  let gap = 0
  let cells = 0
  let pairs = 0
  let leetWeight = 0
  let cipherLetters = 0
  let pluses = 0
  let at = 0
  while (at <= length) {
    let code = at < length ? text.charCodeAt(at) : BLANK
    if (isLetter(code)) {
      const start = at
      let hash = 0
      while (isLetter(code)) {
        hash = step(hash, code)
        code = text.charCodeAt(++at)
      }
      if (at - start >= CIPHER_WORD_CHARS) {
        if (hashed[hash] === 1 && ciphered.has(text.slice(start, at).toLowerCase())) {
          cipherLetters += at - start
          if (cipherLetters >= CIPHER_LETTERS) signs |= SIGNS.cipher
        } else if (cipherLetters > 0) cipherLetters -= 1
      }
      if (wordDigits > 0) isLeet ||= hasOtherThanHex(text, start, at)
      wordLetters += at - start
      continue
    }
    const kind = code < 128 ? KINDS[code] : OTHER
    if (kind === DIGIT || kind === SIGN) {
      // A sign before a word makes a variable or a handle.
      if (kind === DIGIT || wordLetters + wordDigits > 0) wordDigits += 1
      if (kind === SIGN) {
        if (at - runStart >= RUN_CHARS && isRun(text, runStart)) signs |= SIGNS.run
        runStart = at + 1
      }
      at += 1
      continue
    }
    const word = wordLetters + wordDigits
    if (word > 0) {
      if (isLeet) {
        leetWeight += LEET_WEIGHT
        if (leetWeight >= LEET_WORDS * LEET_WEIGHT) signs |= SIGNS.leetspeak
      } else if (leetWeight > 0 && wordLetters > 0) leetWeight -= 1
      isLeet = false
      cells = word === 1 ? (gap === 1 ? cells + 1 : 1) : 0
      if (cells >= SPACED_CELLS) signs |= SIGNS.spaced
      pairs = isPair(text, at, word) ? pairs + 1 : 0
      if (pairs >= HEX_PAIRS) signs |= SIGNS.pairs
      wordLetters = 0
      wordDigits = 0
      gap = 0
    }
    gap += 1
    if (kind !== RUN_SIGN) {
      if (at - runStart >= RUN_CHARS && isRun(text, runStart)) signs |= SIGNS.run
      runStart = at + 1
    }
    if (code === PLUS) {
      if (word > 1 && isLetter(text.charCodeAt(at + 1)) && ++pluses >= PLUS_SIGNS) signs |= SIGNS.pluses
    } else if (code <= BLANK) pluses = 0
    else if (code >= 128) signs |= BEYOND_ASCII[code] ?? 0
    else if (code === LESS_THAN) {
      MARKUP.lastIndex = at
      if (MARKUP.test(text)) signs |= SIGNS.markup
    } else if (code === PERCENT || code === AMPERSAND || code === BACKSLASH) {
      if (isEscape(code, text.charCodeAt(at + 1))) signs |= SIGNS.escapes
    }
    at += 1
  }
  return signs
}

const [BLANK, PERCENT, AMPERSAND, PLUS, LESS_THAN, BACKSLASH] = [32, 37, 38, 43, 60, 92] as const

/** False for `NaN`, which is what is after the end of a text. */
const isLetter = (code: number) => ((code | 32) - 97) >>> 0 < 26

function hasOtherThanHex(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if ((text.charCodeAt(at) | 32) > LAST_HEX_LETTER) return true
  return false
}

const MARKUP = new RegExp(`<(?:!--|/?(?:${ELEMENTS})[\\s/>])`, 'iy')

/** Returns true if the word that ends here is a byte in hex: `4f` or `0x4f`. */
const isPair = (text: string, end: number, length: number) =>
  (length === 2 || (length === 4 && (text.charCodeAt(end - 3) | 32) === LETTER_X)) &&
  isHexDigit(text.charCodeAt(end - 1)) &&
  isHexDigit(text.charCodeAt(end - 2))
const LETTER_X = 120

/** Returns true if the run at the place is base64 or hex. */
const isRun = (text: string, start: number) => beginsLikeBase64(text, start) || beginsLikeHex(text, start)

/** `%4`, `&#`, `&n`, `\u`, `\x`, `\U`, `\1` */
function isEscape(code: number, next: number): boolean {
  if (code === PERCENT) return isHexDigit(next)
  if (code === AMPERSAND) return next === 35 || ((next | 32) >= 97 && (next | 32) <= 122)
  return next === 117 || next === 120 || next === 85 || (next >= 48 && next <= 51)
}
