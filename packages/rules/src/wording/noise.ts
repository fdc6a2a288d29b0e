/** A range of a text. */
interface Range {
  readonly start: number
  readonly end: number
}

/** Texts that are searched. Prompts with a suffix that a program found are short. */
const MAX_CHARS = 6_000
/** The end of a text that is read, in chunks between blanks. */
const TAIL_CHUNKS = 14
/** A last line up to this length is read with the lines before it. */
const SHORT_LINE_CHARS = 60
/** Of a text before its end, at most this share of chunks may look like noise. Otherwise all of it is code or markup. */
const HEAD_SHARE = 0.1

/**
 * Finds noise at the end of a plain text: a suffix that a program found by search so that a model obeys (greedy
 * coordinate gradient, Zou et al. 2023, https://arxiv.org/abs/2307.15043). It mixes parts of words, code and
 * punctuation, and leaves brackets and quotes open. Null if there is none. Takes time linear in the text.
 */
export function noiseIn(text: string): Range | null {
  if (text.length > MAX_CHARS) return null
  const chunks = chunksOf(withoutCode(text))
  if (chunks.length < 2) return null
  const from = Math.max(startOfEnd(text), chunks.at(-TAIL_CHUNKS)?.start ?? 0)
  const tail = chunks.filter(({ start }) => start >= from)
  const odd = tail.filter(isOdd).length
  if (odd < 2) return null
  const open = openPairs(tail.map(({ text: chunk }) => chunk).join(' '))
  if (odd >= 3 ? open < 1 : open < 2) return null
  const head = chunks.filter(({ start }) => start < from)
  if (head.filter(isOdd).length > head.length * HEAD_SHARE) return null
  const first = tail.find(isOdd)
  return first === undefined ? null : { start: first.start, end: text.trimEnd().length }
}

interface Chunk extends Range {
  readonly text: string
}

function chunksOf(text: string): readonly Chunk[] {
  return [...text.matchAll(/\S+/g)].map(({ 0: chunk, index }) => ({
    text: chunk,
    start: index,
    end: index + chunk.length,
  }))
}

/** Where the last line begins, or the third last if the last is short. */
function startOfEnd(text: string): number {
  const end = text.trimEnd().length
  const last = text.lastIndexOf('\n', end - 1) + 1
  if (end - last > SHORT_LINE_CHARS || last === 0) return last
  const before = last < 2 ? 0 : text.lastIndexOf('\n', last - 2) + 1
  return before < 2 ? before : text.lastIndexOf('\n', before - 2) + 1
}

/** Code in backticks, links, addresses, placeholders and numbers, in which signs have a meaning. */
const MEANINGFUL =
  /```[^`]{0,4000}```|`[^`\n]{1,120}`|\[[^\]\n]{0,120}\]\([^)\s]{0,240}\)|https?:\/\/\S{1,240}|\$?\{{1,2}[\w .-]{1,40}\}{1,2}|<\/?[a-z][\w-]{0,20}>|\[[A-Za-z ]{1,40}\]/g

/** Blanks take the place of what is left out, so that places stay. */
const withoutCode = (text: string) => text.replace(MEANINGFUL, (found) => ' '.repeat(found.length))

/** Two or more signs in a row that differ, unless writers use them so. */
const SIGNS = /[^\w\s]{2,}/g
const USUAL =
  /^(?:(.)\1*|[.?!,;:"'”“’‘)(*_-]{2}|[.?!]{2,4}["'”’)]?|["'”’)][.?!,;:]["'”’)]?|["'“‘(*]{2,3}|[)"'”’]{2,3}[.,;:?!]?|[-=]+>|<[-=]+|[<>!=]=|[:;]-?[)(]|\(\)[;.,]?|\{\}|\[\]|<!--|-->|\*\/|\/\*|['’]s|\W?['’]\W?)$/

function isOdd({ text }: Chunk): boolean {
  if (/^[\d.,:/%$€£@+-]+$/.test(text) || /^[-*_=#~|]+$/.test(text)) return false
  for (const [signs] of text.matchAll(SIGNS)) if (!USUAL.test(signs) && /[!-~]/.test(signs)) return true
  // Letters around a bracket or a sign, and a capital in a word.
  return /[A-Za-z][([{\\|^~=<>"][A-Za-z]|[a-z]{2}[A-Z][a-z]{2}/.test(text)
}

const PAIRS = ['()', '[]', '{}', '<>'] as const

/** How many kinds of brackets and quotes are open or closed without the other. */
function openPairs(text: string): number {
  const count = (sign: string) => text.split(sign).length - 1
  const brackets = PAIRS.filter(([open, close]) => count(open ?? '') !== count(close ?? '')).length
  return brackets + (count('"') % 2) + (count('`') % 2)
}
