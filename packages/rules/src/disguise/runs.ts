/** The shortest run of base64 or hex that is decoded: 12 or 8 bytes. Shorter ones hold no sentence. */
export const RUN_CHARS = 16
/** Bytes in hex with separators between, in a row. Colors and addresses have fewer. */
export const HEX_PAIRS = 8

/** The value of each digit of base64, also of the variant for URLs; -1 for other characters. */
export const SIX_BITS = new Int8Array(128).fill(-1)
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
for (const [bits, digit] of [...DIGITS].entries()) SIX_BITS[digit.charCodeAt(0)] = bits
SIX_BITS['-'.charCodeAt(0)] = 62
SIX_BITS['_'.charCodeAt(0)] = 63

const sixBits = (text: string, at: number) => SIX_BITS[text.charCodeAt(at)] ?? -1

/** Returns true if the run at the place begins with text in base64. Most words and paths fail at the first bytes. */
export function beginsLikeBase64(text: string, start: number): boolean {
  let state = 0
  for (let at = start; at < start + RUN_CHARS && state >= 0; at += 4) {
    const bits =
      (sixBits(text, at) << 18) | (sixBits(text, at + 1) << 12) | (sixBits(text, at + 2) << 6) | sixBits(text, at + 3)
    state = bits < 0 ? -1 : afterByte(afterByte(afterByte(state, bits >> 16), (bits >> 8) & 255), bits & 255)
  }
  return state >= 0
}

/** Returns true if the run at the place begins with text in hex. */
export function beginsLikeHex(text: string, start: number): boolean {
  let state = 0
  for (let at = start; at < start + RUN_CHARS && state >= 0; at += 2) {
    const [high, low] = [hexDigit(text.charCodeAt(at)), hexDigit(text.charCodeAt(at + 1))]
    state = high < 0 || low < 0 ? -1 : afterByte(state, high * 16 + low)
  }
  return state >= 0
}

/** Reads one byte of UTF-8: returns the bytes that its character still needs, or -1 if this is no text. */
function afterByte(state: number, byte: number): number {
  if (state < 0) return -1
  if (state > 0) return byte >= 128 && byte < 192 ? state - 1 : -1
  if (byte < 128) return (byte >= 32 && byte < 127) || (byte >= 9 && byte <= 13) ? 0 : -1
  if (byte < 194 || byte > 244) return -1
  return byte < 224 ? 1 : byte < 240 ? 2 : 3
}

/** The value of a hex digit; -1 for other characters. */
export function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  const letter = code | 32
  return letter >= 97 && letter <= 102 ? letter - 87 : -1
}
