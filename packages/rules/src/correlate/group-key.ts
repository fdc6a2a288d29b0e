import { LIMITS } from '../limits.ts'
import { sha256 } from '../sha256.ts'

/**
 * A text as part of a key, which is several of them one behind the other: equal for equal texts only. A key is always a
 * text of its own: a piece of an event's text would keep the whole event in memory.
 */
export function encodeKey(text: string): string {
  const short = shortened(text)
  return `${short.length}:${short}`
}

/** The texts of a key, long ones shortened. */
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

/** A text of any length is told from others, but not kept whole: its beginning, and the hash of all of it. */
function shortened(text: string): string {
  if (text.length <= LIMITS.correlationValueChars) return text
  const hash = sha256(text)
  return `${text.slice(0, LIMITS.correlationValueChars - hash.length - 1)}…${hash}`
}
