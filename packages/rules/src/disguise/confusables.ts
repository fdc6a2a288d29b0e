import type { Decode, Disguised } from './disguise.ts'

/**
 * Letters that look like a Latin one, from Unicode's confusables.txt (UTS #39): those of Cyrillic, Greek, Armenian and
 * Cherokee, small capitals, and Latin letters with a changed form. Full-width, mathematical and circled letters are not
 * here, because compatibility normalization (NFKC) decodes them.
 */
const DOUBLES: Readonly<Record<string, string>> = {
  a: 'аαɑӑӓᴀ',
  b: 'ЬƄɓʙ',
  c: 'сϲᴄⅽҫ',
  d: 'ԁɗᴅժ',
  e: 'еєҽɛᴇεҿ',
  f: 'ғſքꜰ',
  g: 'ɡցɢԍ',
  h: 'һհнʜ',
  i: 'іιɩıӏꙇɪ',
  j: 'јϳᴊ',
  k: 'кκᴋҝ',
  l: 'ⅼʟӀǀ',
  m: 'мᴍⅿ',
  n: 'ոηɴпռ',
  o: 'оοσօөᴏഠ',
  p: 'рρᴘϱ',
  q: 'ԛզգ',
  r: 'гʀᴦɼ',
  s: 'ѕꜱʂ',
  t: 'тτᴛ',
  u: 'υսᴜцʋ',
  v: 'νѵᴠⅴ',
  w: 'ԝѡωᴡա',
  x: 'хχⅹ',
  y: 'уγүʏყ',
  z: 'ᴢʐ',
  A: 'АΑᎪ',
  B: 'ВΒᏴ',
  C: 'СϹᏟ',
  D: 'ᎠⅮ',
  E: 'ЕΕᎬ',
  F: 'ϜҒ',
  G: 'ԌᏀ',
  H: 'НΗᎻ',
  I: 'ІΙ',
  J: 'ЈᎫ',
  K: 'КΚᏦ',
  L: 'ᏞԼ',
  M: 'МΜᎷ',
  N: 'Ν',
  O: 'ОΟՕ',
  P: 'РΡᏢ',
  Q: 'Ԛ',
  R: 'ᎡᏒ',
  S: 'ЅᏚՏ',
  T: 'ТΤᎢ',
  U: 'Սᑌ',
  V: 'ѴᏙ',
  W: 'ԜᏔ',
  X: 'ХΧ',
  Y: 'ҮΥ',
  Z: 'ΖᏃ',
}
const latinOf = new Map(
  Object.entries(DOUBLES).flatMap(([latin, doubles]) => [...doubles].map((double) => [double, latin] as const)),
)

/** Mathematical letters, and letters in circles and squares. */
const SURROGATES = /[\uD835\uD83C]/

/** Returns true if the UTF-16 unit may be part of a letter that looks like a Latin one. */
export function isConfusable(unit: string): boolean {
  if (latinOf.has(unit) || SURROGATES.test(unit) || MARK.test(unit)) return true
  return /\p{L}|\p{So}/u.test(unit) && /^[a-z]$/i.test(unit.normalize('NFKC'))
}

const MARK = /[\u0300-\u036F]/

/** A word with a character beyond ASCII that is no punctuation. It begins where a word does, so that time is linear. */
const WORD = /(?<!\w)\w*[\u00C0-\u1FFF\u2070-\u2FFF\u3040-\uFFFF][\w\u00C0-\u1FFF\u2070-\u2FFF\u3040-\uFFFF]*/g
const BEYOND_ASCII = /[^\0-\u007f]/
/** Scripts of the letters in the table, without Latin. */
const OTHER_SCRIPT = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u
const MARKS = /[\u0300-\u036F]+/g

/**
 * Replaces letters that look like Latin ones, in words that mix scripts and in words that consist of such letters. A
 * word that has other letters, too, is a word of another language.
 */
export const decodeConfusables: Decode = (text) => {
  const runs: Disguised[] = []
  let foreignWords = 0
  const wholly: Disguised[] = []
  for (const { 0: word, index: start } of text.matchAll(WORD)) {
    const plain = [...word.normalize('NFKC').replaceAll(MARKS, '')].map((one) => latinOf.get(one) ?? one).join('')
    if (plain === word) {
      if (OTHER_SCRIPT.test(word)) foreignWords += 1
      continue
    }
    const end = start + word.length
    const run: Disguised = { start, end, by: 'confusables', parts: [{ text: plain, from: start, to: end }] }
    if (BEYOND_ASCII.test(plain)) {
      if (OTHER_SCRIPT.test(plain)) foreignWords += 1
      continue
    }
    if (OTHER_SCRIPT.test(word) && !/[a-z]/i.test(word)) wholly.push(run)
    else runs.push(run)
  }
  // In a text in Russian or Greek, short words may happen to consist of such letters.
  return foreignWords > wholly.length ? runs : [...runs, ...wholly].sort((a, b) => a.start - b.start)
}
