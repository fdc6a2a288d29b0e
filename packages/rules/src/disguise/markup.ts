import type { Decode, Disguised } from './disguise.ts'
import { isKnownWord } from './known-words.ts'

/** Elements that a browser shows as text. Others, such as scripts, links and images, are evidence of their own. */
export const ELEMENTS =
  'abbr|b|bdi|bdo|big|br|code|del|div|em|font|hr|i|ins|kbd|li|mark|p|q|s|small|span|strike|strong|sub|sup|tt|u|wbr'
/** A comment with words is left, unless it is between two letters: it may be the order itself. */
const COMMENT = '<!--[^a-z\\d<>]{0,40}-->|(?<=[a-z])<!--[^<>]{0,40}-->(?=[a-z])'
const MARKUP = new RegExp(`(?:${COMMENT}|</?(?:${ELEMENTS})(?:\\s[^<>]{0,200}|\\s?/)?>)+`, 'gi')

/** A word that is divided by markup again and again has fragments of this length. */
const FRAGMENT_CHARS = 2
/** No word of the lexicons is longer. */
const WORD_CHARS = 24

/**
 * Removes tags and comments of HTML that are directly between letters. They are replaced with a blank, unless they
 * divide a known word.
 */
export const decodeMarkup: Decode = (text) => {
  const runs: Disguised[] = []
  // The letters before, without the markup that was found to divide them.
  let word = ''
  let at = 0
  for (const { 0: markup, index: start } of text.matchAll(MARKUP)) {
    const end = start + markup.length
    const letters = LAST_LETTERS.exec(text.slice(Math.max(at, start - WORD_CHARS), start))?.[0] ?? ''
    word = letters.length === start - at ? word + letters : letters
    const next = FIRST_LETTERS.exec(text.slice(end, end + WORD_CHARS))?.[0] ?? ''
    const isDivided = word !== '' && next !== '' && isOneWord(word.toLowerCase(), next.toLowerCase())
    // The first letter after it is part of the run, so that the word counts as decoded.
    const to = isDivided ? end + 1 : end
    runs.push({
      start,
      end: to,
      by: 'markup',
      parts: [{ text: isDivided ? text.slice(end, to) : ' ', from: start, to }],
    })
    word = isDivided ? word + text.slice(end, to) : ''
    at = to
  }
  return runs
}

const LAST_LETTERS = /[a-z]*$/i
const FIRST_LETTERS = /^[a-z]*/i

function isOneWord(before: string, after: string): boolean {
  if (isKnownWord(before + after)) return !isKnownWord(before) || !isKnownWord(after)
  return before.length <= FRAGMENT_CHARS && !isKnownWord(before)
}
