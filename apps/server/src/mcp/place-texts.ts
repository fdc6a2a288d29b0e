import type { EntryDetail, Place } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import { leaves } from '@sentinelmesh/text/json-text'

/** Returns the text at a place of the entry. Undefined if the place is in no text of the entry as it was sent. */
export function placeTexts(entry: EntryDetail): (place: Place) => string | undefined {
  const ofPayload = leafTexts(() => entry.payload)
  const ofAttributes = leafTexts(() => JSON.stringify(entry.attributes))

  function leafOf({ field, pointer }: Place): string | null | undefined {
    if (field === 'payload' || field.startsWith('payload.'))
      return entry.payload_type === 'text' ? entry.payload : ofPayload(pointer)
    if (field === 'sender' || field === 'receiver' || field === 'session' || field === 'context') return entry[field]
    return field.startsWith('attributes') ? ofAttributes(pointer) : undefined
  }
  return (place) => (place.view === undefined ? leafOf(place)?.slice(place.start, place.end) : undefined)
}

/** Parsed on first use. */
function leafTexts(json: () => string): (pointer: string | null) => string | undefined {
  let texts: Map<string, string> | undefined
  return (pointer) => {
    if (pointer === null) return undefined
    texts ??= new Map(leaves(json(), { depth: LIMITS.jsonDepth }).map((leaf) => [leaf.pointer, leaf.text]))
    return texts.get(pointer)
  }
}
