import { asSentences, decodedWords, type Decode, type Disguised } from './disguise.ts'
import { beginsLikeBase64, HEX_PAIRS, hexDigit, RUN_CHARS, SIX_BITS } from './runs.ts'

/** Decodes runs of base64, also of the variant for URLs, and with line ends as in e-mails. */
export const decodeBase64: Decode = (text) => {
  const runs: Disguised[] = []
  for (const { 0: run, index } of text.matchAll(BASE64)) {
    // A path or a word before may be part of the run.
    const found =
      fromBase64(run, index) ?? (run.includes('\n') ? fromBase64(run.replace(/\s[\s\S]*/, ''), index) : null)
    if (found !== null) runs.push(found)
  }
  return asSentences(text, runs)
}

const BASE64 = new RegExp(`[A-Za-z0-9+/_-]{${RUN_CHARS},}(?:\\r?\\n[A-Za-z0-9+/_-]{4,})*={0,2}`, 'g')

function fromBase64(run: string, index: number): Disguised | null {
  if (!beginsLikeBase64(run, 0)) return null
  const text = textOf(base64Bytes(run))
  if (text === null) return null
  const places = run.includes('\n') ? placesOf(run, (at) => (SIX_BITS[run.charCodeAt(at)] ?? -1) >= 0) : null
  const placeOf = (character: number) => index + (places === null ? character : (places[character] ?? run.length))
  const bytes = byteOffsets(text)
  const parts = decodedWords(text, {
    from: (offset) => placeOf(Math.floor(((bytes[offset] ?? 0) * 4) / 3)),
    to: (offset) => placeOf(Math.ceil(((bytes[offset] ?? 0) * 4) / 3) - 1) + 1,
  })
  return { start: index, end: index + run.length, by: 'base64', parts }
}

function base64Bytes(run: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((run.length * 3) / 4))
  let [length, bits, held] = [0, 0, 0]
  for (let at = 0; at < run.length; at++) {
    const six = SIX_BITS[run.charCodeAt(at)] ?? -1
    if (six < 0) continue
    bits = ((bits << 6) | six) & 0xffff
    held += 6
    if (held < 8) continue
    held -= 8
    bytes[length++] = (bits >> held) & 0xff
  }
  return bytes.subarray(0, length)
}

/** Decodes bytes in hex: in one run, or in pairs of digits with a separator between. */
export const decodeHex: Decode = (text) => {
  const runs: Disguised[] = []
  for (const { 0: run, index } of text.matchAll(HEX)) {
    const places = placesOf(run, (at) => hexDigit(run.charCodeAt(at)) >= 0 && !isPrefix(run, at))
    const bytes = new Uint8Array(places.length >> 1)
    for (const at of bytes.keys())
      bytes[at] = hexDigit(run.charCodeAt(places[at * 2] ?? 0)) * 16 + hexDigit(run.charCodeAt(places[at * 2 + 1] ?? 0))
    const decoded = textOf(bytes)
    if (decoded === null) continue
    const offsets = byteOffsets(decoded)
    const parts = decodedWords(decoded, {
      from: (offset) => index + (places[(offsets[offset] ?? 0) * 2] ?? run.length),
      to: (offset) => index + (places[(offsets[offset] ?? 0) * 2 - 1] ?? 0) + 1,
    })
    runs.push({ start: index, end: index + run.length, by: 'hex', parts })
  }
  return asSentences(text, runs)
}

/** The zero of `0x`. */
const isPrefix = (run: string, at: number) => (run.charCodeAt(at + 1) | 32) === 120

const HEX = new RegExp(
  `\\b(?:0x)?[\\da-f]{${RUN_CHARS},}\\b|\\b(?:(?:0x|\\\\x)?[\\da-f]{2}[\\s:,;-]{1,2}){${HEX_PAIRS - 1},}(?:0x|\\\\x)?[\\da-f]{2}\\b`,
  'gi',
)

const PRINTABLE_SHARE = 0.9

/** Returns true if the bytes are mostly printable ASCII or UTF-8. */
function isText(bytes: Uint8Array): boolean {
  let printable = 0
  for (const byte of bytes) if ((byte >= 32 && byte < 127) || byte === 10 || byte === 13 || byte === 9) printable += 1
  if (printable >= bytes.length * PRINTABLE_SHARE) return true
  const text = UTF8.decode(bytes)
  const odd = text.match(/[\p{C}\uFFFD]/gu)?.length ?? 0
  return odd <= Math.max(1, text.length * (1 - PRINTABLE_SHARE)) && /\p{L}{3}/u.test(text)
}

const UTF8 = new TextDecoder()

/** Characters that must be decoded before the first one that is no text. Fewer are a coincidence. */
const BEGINNING_CHARS = 12

/** Returns the text up to where the bytes are none; null if there is none, or no word in it. */
function textOf(bytes: Uint8Array): string | null {
  let text = UTF8.decode(bytes)
  if (!isText(bytes)) {
    const end = text.search(ODD)
    if (end < BEGINNING_CHARS) return null
    text = text.slice(0, end)
  }
  return /\p{L}{2}/u.test(text) ? text : null
}

/** Control characters except line ends and tabs, and bytes that are no UTF-8. */
const ODD = /(?![\t\n\r])\p{Cc}|\uFFFD/u

/** The places in the run of the characters that are digits. */
function placesOf(run: string, isDigit: (at: number) => boolean): Int32Array {
  const places = new Int32Array(run.length)
  let length = 0
  for (let at = 0; at < run.length; at++) if (isDigit(at)) places[length++] = at
  return places.subarray(0, length)
}

/** By offset in a text, the number of bytes before it in UTF-8. */
function byteOffsets(text: string): Int32Array {
  const offsets = new Int32Array(text.length + 1)
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    // Both halves of a surrogate pair count two of its four bytes.
    const bytes = code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 2 : 3
    offsets[at + 1] = (offsets[at] ?? 0) + bytes
  }
  return offsets
}
