import { LIMITS } from '../limits.ts'
import { sha256 } from '../sha256.ts'

/**
 * Encodes a text as one part of a key. Keys concatenate parts, and only equal texts have equal parts. A key is always a
 * new string: a slice of an event's text would keep the whole event in memory.
 */
export function encodeKey(text: string): string {
  const short = shortened(text)
  return `${short.length}:${short}`
}

/** Returns the texts of a key. Long ones were shortened. */
export function decodeKey(key: string): readonly string[] {
  const texts: string[] = []
  for (let at = 0; at < key.length;) {
    const colon = key.indexOf(':', at)
    const end = colon + 1 + Number(key.slice(at, colon))
    texts.push(key.slice(colon + 1, end))
    at = end
  }
  return texts
}

/** Replaces a long text by its beginning and the hash of the whole, which still distinguishes it from others. */
function shortened(text: string): string {
  if (text.length <= LIMITS.correlationValueChars) return text
  const hash = sha256(text)
  return `${text.slice(0, LIMITS.correlationValueChars - hash.length - 1)}…${hash}`
}
