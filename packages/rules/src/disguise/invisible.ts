import { asSentences, type Decode, type DecodedPart, type Disguised } from './disguise.ts'

/**
 * Characters that are not shown: soft hyphens, zero-width characters, marks of direction, invisible operators, and
 * fillers (Unicode's property `Default_Ignorable_Code_Point`, without variation selectors and tags).
 */
const HIDDEN =
  /[\u034F\u17B4\u17B5\u180B-\u180E\u00AD\u061C\u115F\u1160\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0]+/g
/** Tags and the variation selectors beyond the 16 first ones begin with this surrogate. */
const TAG_SURROGATE = '\uDB40'

/** Returns true if the UTF-16 unit may be invisible. A variation selector after an emoji is usual. */
export const isHidden = (unit: string): boolean =>
  unit.search(HIDDEN) === 0 || unit === TAG_SURROGATE || /[\uFE00-\uFE0E]/.test(unit)

/** `\s` would include U+FEFF. */
const WORD = /[^ \t\r\n\u00A0]+/g

/** Removes invisible characters from words of Latin letters. Emoji and other scripts need joiners. */
export const decodeHidden: Decode = (text) => {
  if (text.search(HIDDEN) < 0) return []
  const runs: Disguised[] = []
  for (const { 0: word, index: start } of text.matchAll(WORD)) {
    const shown = word.replaceAll(HIDDEN, '')
    if (shown.length === word.length || !/[a-z]/i.test(shown)) continue
    const end = start + word.length
    runs.push({ start, end, by: 'invisible', parts: [{ text: shown, from: start, to: end }] })
  }
  return runs
}

/** The flags of regions are a black flag with tag characters. */
const TAGS = /(?<![\u{1F3F4}\u{E0020}-\u{E007E}])[\u{E0020}-\u{E007E}]{2,}/gu
/** Each variation selector can stand for a byte. A text has no more than one after a character. */
const SELECTORS = /[\uFE00-\uFE0F\u{E0100}-\u{E01EF}]{4,}/gu

/** Decodes invisible characters that each stand for a character of ASCII: tags, and variation selectors. */
export const decodeTags: Decode = (text) => {
  const tags = [...text.matchAll(TAGS)].map(({ 0: run, index }) => asciiOf(run, index, (code) => code - 0xe0000))
  const selectors = [...text.matchAll(SELECTORS)].map(({ 0: run, index }) =>
    asciiOf(run, index, (code) => (code < 0xfe10 ? code - 0xfe00 : code - 0xe0100 + 16)),
  )
  return asSentences(
    text,
    [...tags, ...selectors].sort((a, b) => a.start - b.start),
  )
}

function asciiOf(run: string, start: number, byteOf: (code: number) => number): Disguised {
  const parts: DecodedPart[] = []
  let [word, from, at] = ['', start, start]
  for (const character of run) {
    const ascii = String.fromCharCode(byteOf(character.codePointAt(0) ?? 0))
    at += character.length
    word += ascii
    if (ascii !== ' ' && ascii !== '\n') continue
    parts.push({ text: word, from, to: at })
    word = ''
    from = at
  }
  return { start, end: at, by: 'invisible', parts: [...parts, { text: word, from, to: at }] }
}
