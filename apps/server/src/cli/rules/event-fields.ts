import type { Match, Place } from '@sentinelmesh/rules'
import { leaves, pointerSegment } from '@sentinelmesh/text/json-text'
import { LIMITS as API_LIMITS } from '@sentinelmesh/api/constants'

/** The values of one event by place. The event is parsed on first use, because most events have no match. */
export interface EventFields {
  /** The complete text of the value at this place. Null if the place is not in a value. */
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

/** The path to a value in the syntax of rules, with list indexes: `args.0`. */
export function placeName({ field, pointer }: Place): string {
  const keys = (pointer ?? '').split('/').slice(1)
  return [field, ...keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))].join('.')
}

/** The complete values that made the rule match, by the names of their places. */
export function heldFields({ selections, places }: Match, fields: EventFields): Record<string, string> {
  const all = [...selections.flatMap(({ parts }) => parts.flatMap((part) => part.places)), ...places]
  // A null prototype makes `__proto__` an ordinary name.
  const held: Record<string, string> = Object.create(null)
  for (const place of all) {
    const name = placeName(place)
    if (name in held) continue
    const text = fields.textAt(place)
    if (text !== null) held[name] = text
  }
  return held
}
