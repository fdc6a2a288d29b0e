import { decodedWords, type Decode, type Disguised } from './disguise.ts'
import { isKnownWord } from './known-words.ts'
import { reversed, rot13 } from './letters.ts'
import { CIPHER_LETTERS, CIPHER_WORD_CHARS } from './signs.ts'
import type { Range } from '../match/leaf-place.ts'

/** Decodes runs of words in rot13. */
export const decodeRot13: Decode = (text) =>
  runsOf(text, rot13).map(({ start, end }): Disguised => {
    const parts = decodedWords(rot13(text.slice(start, end)), {
      from: (offset) => start + offset,
      to: (offset) => start + offset,
    })
    return { start, end, by: 'rot13', parts }
  })

/** Decodes runs that are written from right to left. */
export const decodeReversed: Decode = (text) =>
  runsOf(text, reversed).map(({ start, end }): Disguised => {
    const parts = decodedWords(reversed(text.slice(start, end)), {
      from: (offset) => end - offset,
      to: (offset) => end - offset,
    })
    return { start, end, by: 'reversed', parts }
  })

/** A run ends where plain words weigh this much more, in letters, than words in disguise. */
const DROP_LETTERS = 12

/**
 * Finds the runs in which known words in disguise outweigh plain ones. A run reaches to the nearest plain word on both
 * sides, because the words between may be names.
 */
function runsOf(text: string, decode: (word: string) => string): readonly Range[] {
  const runs: Range[] = []
  // The run that is being read: its score, the best score so far, and where that was.
  let score = 0
  let best = 0
  let start = 0
  let end = 0
  let plainEnd = 0
  const finish = (next: number) => {
    if (best >= CIPHER_LETTERS) runs.push({ start, end: Math.max(end, next) })
    score = 0
    best = 0
  }
  let firstPlain = -1
  for (const { 0: word, index } of text.matchAll(/[A-Za-z]{2,}/g)) {
    const lower = word.toLowerCase()
    const isPlain = isKnownWord(lower)
    if (isPlain) {
      if (best > 0 && firstPlain < 0) firstPlain = index
      if (score > 0) score -= word.length
      if (best > 0 && (score <= 0 || score < best - DROP_LETTERS)) {
        finish(firstPlain)
        plainEnd = index + word.length
      } else if (best === 0) plainEnd = index + word.length
      continue
    }
    if (word.length < CIPHER_WORD_CHARS || !isKnownWord(decode(lower))) continue
    if (best === 0) start = plainEnd
    score += word.length
    if (score < best) continue
    best = score
    end = index + word.length
    firstPlain = -1
  }
  finish(firstPlain < 0 ? text.length : firstPlain)
  return runs
}
