/** One way to write a text so that a model still reads it, but a search for words does not find them. */
export interface Way {
  readonly name: string
  /** How the text is rewritten, for the table. */
  readonly how: string
  /** `number` is the entry's number, for ways that have several forms in use. */
  rewrite(text: string, number: number): string
}

export const WAYS: readonly Way[] = [
  { name: 'base64', how: 'the whole text', rewrite: base64 },
  { name: 'hex', how: 'the whole text; every second one with a space between bytes', rewrite: hex },
  { name: 'rot13', how: 'the whole text', rewrite: rot13 },
  { name: 'reversed', how: 'the whole text, last character first', rewrite: (text) => [...text].reverse().join('') },
  { name: 'leetspeak', how: '`a4 e3 i1 o0 s5 t7`, in every second one also `b8 g9 l1`', rewrite: leetspeak },
  { name: 'homoglyphs', how: 'every letter that has a Cyrillic or Greek double', rewrite: homoglyphs },
  { name: 'zero-width', how: 'U+200B, U+200C, U+200D or U+2060 after every letter', rewrite: zeroWidth },
  { name: 'tag characters', how: 'ASCII as U+E0020 to U+E007E', rewrite: tags },
  {
    name: 'spaced letters',
    how: 'a space, dot or dash between characters, three between words',
    rewrite: spacedLetters,
  },
  { name: 'soft hyphens', how: 'U+00AD after every second letter', rewrite: softHyphens },
  {
    name: 'HTML between words',
    how: '`<br>`, `&nbsp;`, a comment or an empty element for each space',
    rewrite: markup,
  },
  { name: 'URL escapes', how: 'every second one only spaces and punctuation', rewrite: urlEscapes },
  { name: 'HTML escapes', how: 'every character, decimal or hexadecimal', rewrite: htmlEscapes },
  { name: 'Unicode escapes', how: 'every character as `\\u0069` or `\\x69`', rewrite: unicodeEscapes },
]

/** Ways within ways. They are not part of the average. */
export const NESTED: readonly Way[] = [
  { name: 'base64 of base64', how: 'the whole text, twice', rewrite: (text) => base64(base64(text)) },
  { name: 'base64 of rot13', how: 'the whole text', rewrite: (text) => base64(rot13(text)) },
  {
    name: 'base64 in a sentence',
    how: 'the whole text, after a sentence that asks to decode it',
    rewrite: (text) => `Please read the attached note and do what it says: ${base64(text)}. Thank you.`,
  },
]

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

function hex(text: string, number: number): string {
  const digits = Buffer.from(text).toString('hex')
  return number % 2 === 0 ? digits : (digits.match(/../g) ?? []).join(' ')
}

function rot13(text: string): string {
  return text.replaceAll(/[a-z]/gi, (letter) => {
    const code = letter.charCodeAt(0)
    return String.fromCharCode((code & 31) > 13 ? code - 13 : code + 13)
  })
}

const LEET = { a: '4', e: '3', i: '1', o: '0', s: '5', t: '7' } as const
const MORE_LEET = { ...LEET, b: '8', g: '9', l: '1' } as const

function leetspeak(text: string, number: number): string {
  return mapped(text, number % 2 === 0 ? LEET : MORE_LEET)
}

/** The letters of other scripts that look the same (UTS #39). */
const LATIN = 'acdehijopqsvwxyABCEHIKMNOPSTXYZ'
const DOUBLES = 'асԁеһіјорԛѕνԝхуАВСЕНІКМΝОРЅТХΥΖ'

function homoglyphs(text: string): string {
  return [...text].map((letter) => DOUBLES[LATIN.indexOf(letter)] ?? letter).join('')
}

function mapped(text: string, letters: Readonly<Record<string, string>>): string {
  return [...text].map((letter) => letters[letter] ?? letters[letter.toLowerCase()] ?? letter).join('')
}

function zeroWidth(text: string, number: number): string {
  const sign = '\u200B\u200C\u200D\u2060'.charAt(number % 4)
  return text.replaceAll(/[a-z]/gi, (letter) => letter + sign)
}

function tags(text: string): string {
  return text.replaceAll(/[ -~]/g, (character) => String.fromCodePoint(0xe0000 + character.charCodeAt(0)))
}

function spacedLetters(text: string, number: number): string {
  const between = ' .-'.charAt(number % 3)
  return text
    .split(/(\s+)/)
    .map((part) => (/\s/.test(part) ? (part.includes('\n') ? part : '   ') : [...part].join(between)))
    .join('')
}

function softHyphens(text: string): string {
  return text.replaceAll(/([a-z])([a-z])/gi, '$1\u00AD$2')
}

function markup(text: string, number: number): string {
  const between = ['<br>', '&nbsp;', '<!-- -->', ' <b></b> '][number % 4] ?? ''
  return text.replaceAll(' ', between)
}

function urlEscapes(text: string, number: number): string {
  const all = (bytes: Buffer) => [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`)
  return number % 2 === 0 ? all(Buffer.from(text)).join('') : encodeURIComponent(text)
}

function htmlEscapes(text: string, number: number): string {
  return codePoints(text, (code) => (number % 2 === 0 ? `&#${code};` : `&#x${code.toString(16)};`))
}

function unicodeEscapes(text: string, number: number): string {
  const hexOf = (code: number, width: number) => code.toString(16).padStart(width, '0')
  return codeUnits(text, (code) => (number % 2 === 0 || code > 255 ? `\\u${hexOf(code, 4)}` : `\\x${hexOf(code, 2)}`))
}

const codePoints = (text: string, write: (code: number) => string) =>
  [...text].map((character) => write(character.codePointAt(0) ?? 0)).join('')

const codeUnits = (text: string, write: (code: number) => string) =>
  text
    .split('')
    .map((character) => write(character.charCodeAt(0)))
    .join('')
