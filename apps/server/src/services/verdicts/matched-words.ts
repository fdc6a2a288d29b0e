import { LIMITS } from '@sentinelmesh/api/constants'
import type { Judged, Payload } from '@sentinelmesh/rules'
import { leaves } from '@sentinelmesh/text/json-text'

type Place = Judged['matches'][number]['places'][number]

/** The first words of a payload that made a rule match, without secrets. Null if no place of it shows any. */
export function matchedWords(payload: Payload, places: readonly Place[]): string | null {
  for (const place of places) {
    if (place.field !== 'payload') continue
    const words = textAt(payload, place)?.slice(place.start, place.end).trim()
    if (words) return words
  }
  return null
}

function textAt({ type, text }: Payload, { pointer }: Place): string | undefined {
  if (type === 'text') return text
  return leaves(text, { depth: LIMITS.jsonDepth }).find((leaf) => leaf.pointer === pointer)?.text
}
