import { addPart, type Decode, type DecodedPart, type Disguised } from './disguise.ts'

/**
 * Escapes of URLs, of HTML, and of programming languages. Only escapes of letters, digits and blanks hide words; those
 * of quotes and brackets are needed where they are.
 */
const ESCAPE =
  /%[0-7][\da-f]|(?:%[89a-f][\da-f]){2,4}|&#x0{0,6}[\da-f]{1,6};?|&#\d{1,7};?|&(?:nbsp|ensp|emsp|thinsp|tab|newline|period|comma|colon|sol|excl);|\\u\{[\da-f]{1,6}\}|\\u[\da-f]{4}|\\U[\da-f]{8}|\\x[\da-f]{2}|\\[0-3][0-7]{2}/gi
/** Words of a query between plus signs. */
const PLUSES = /(?<![\w.,'!?:;+-])(?:[\w.,'!?:;-]+\+){2,}[\w.,'!?:;-]+/g

const NAMED: ReadonlyMap<string, string> = new Map([
  ['nbsp', ' '],
  ['ensp', ' '],
  ['emsp', ' '],
  ['thinsp', ' '],
  ['tab', ' '],
  ['newline', '\n'],
  ['period', '.'],
  ['comma', ','],
  ['colon', ':'],
  ['sol', '/'],
  ['excl', '!'],
])

/** Escapes of words that are decoded. Fewer are an accent, or one blank in an address. */
const ESCAPES = 3

export const decodeEscapes: Decode = (text) => {
  const runs: { start: number; end: number; parts: DecodedPart[] }[] = []
  let words = 0
  for (const { 0: escape, index: start } of text.matchAll(ESCAPE)) {
    const decoded = valueOf(escape)
    if (decoded === null) continue
    if (/[a-z\d\s]/i.test(decoded)) words += 1
    const end = start + escape.length
    const part = { text: decoded, from: start, to: end }
    const last = runs.at(-1)
    if (last?.end === start) {
      addPart(last.parts, part)
      last.end = end
    } else runs.push({ start, end, parts: [part] })
  }
  return words < ESCAPES ? [] : runs.map((run) => ({ ...run, by: 'escapes' }))
}

/** Replaces plus signs between words with blanks. */
export const decodePluses: Decode = (text) =>
  [...text.matchAll(PLUSES)].map(({ 0: query, index: start }): Disguised => {
    const parts = [...query.matchAll(/[^+]+|\+/g)].map(({ 0: word, index }): DecodedPart => {
      const from = start + index
      return { text: word === '+' ? ' ' : word, from, to: from + word.length }
    })
    return { start, end: start + query.length, by: 'escapes', parts }
  })

function valueOf(escape: string): string | null {
  if (escape.startsWith('%')) return ofUrl(escape)
  const name = /^&([a-z]+);$/i.exec(escape)?.[1]
  if (name !== undefined) return NAMED.get(name.toLowerCase()) ?? null
  const digits = /[\da-f]+/i.exec(escape.replace(/^&#x|^\\[uUx]\{?/i, ''))?.[0] ?? ''
  const code = parseInt(digits, radixOf(escape))
  return code > 0x10ffff ? null : String.fromCodePoint(code)
}

function radixOf(escape: string): number {
  if (/^\\\d/.test(escape)) return 8
  return /^&#\d/.test(escape) ? 10 : 16
}

function ofUrl(escapes: string): string | null {
  try {
    return decodeURIComponent(escapes)
  } catch {
    // Not UTF-8.
    return null
  }
}
