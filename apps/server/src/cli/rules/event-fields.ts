import type { Match, Place } from '@sentinelmesh/rules'
import { leaves, pointerSegment } from '@sentinelmesh/text/json-text'
import { LIMITS as API_LIMITS } from '@sentinelmesh/api/constants'

/** The values of one event, by where they stand. Read when a match first asks for one: most events have none. */
export interface EventFields {
  /** The whole text of the leaf; null where the place is in no leaf. */
  textAt(place: Place): string | null
}

export function eventFields(json: string): EventFields {
  let texts: ReadonlyMap<string, string> | null = null
  return {
    textAt({ field, pointer }) {
      texts ??= new Map(leaves(json, { depth: API_LIMITS.jsonDepth + 10 }).map((leaf) => [leaf.pointer, leaf.text]))
      return texts.get(`/${pointerSegment(field)}${pointer ?? ''}`) ?? null
    },
  }
}

/** `args.0`: the way to a leaf, as rules write it, with the index in lists. */
export function placeName({ field, pointer }: Place): string {
  const keys = (pointer ?? '').split('/').slice(1)
  return [field, ...keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))].join('.')
}

/** The values that made the match hold, each whole, by the names of their places. */
export function heldFields({ selections, places }: Match, fields: EventFields): Record<string, string> {
  const all = [...selections.flatMap(({ parts }) => parts.flatMap((part) => part.places)), ...places]
  // A null prototype: `__proto__` is a name like any other.
  const held: Record<string, string> = Object.create(null)
  for (const place of all) {
    const name = placeName(place)
    if (name in held) continue
    const text = fields.textAt(place)
    if (text !== null) held[name] = text
  }
  return held
}
