import type { EntryDetail, Place as EnginePlace } from '@sentinelmesh/api'
import type { Place } from '../../../components/text/shown-text.tsx'

/** The matches in one entry, grouped by where they were found. The rule engine computes them. */
export interface EntryPlaces {
  /** In a text payload. */
  readonly text: readonly Place[]
  /** In a JSON payload: JSON pointer to places in the unescaped leaf. */
  readonly leaves: ReadonlyMap<string, readonly Place[]>
  /** In `sender`, `receiver`, `session`, and `context`. */
  readonly fields: ReadonlyMap<string, readonly Place[]>
  /** In attributes: JSON pointer to places. */
  readonly attributes: ReadonlyMap<string, readonly Place[]>
  readonly count: number
  /** Identifies the mark of a place on the page; undefined if it has none. */
  readonly idOf: (place: EnginePlace) => string | undefined
}

/** The parts of an entry that are needed. An entry that a rule is tried on has only these. */
interface Matched {
  readonly payload_type: EntryDetail['payload_type']
  readonly matches: readonly Pick<EntryDetail['matches'][number], 'title' | 'places'>[]
}

export function entryPlaces({ matches, payload_type: type }: Matched): EntryPlaces {
  const text: Place[] = []
  const leaves = new Map<string, Place[]>()
  const fields = new Map<string, Place[]>()
  const attributes = new Map<string, Place[]>()
  const ids = new Map<string, string>()
  // The same place found through two views is one place.
  const keyOf = ({ field, pointer, start, end }: EnginePlace) => JSON.stringify([field, pointer, start, end])
  let count = 0
  for (const { title, places } of matches) {
    for (const found of places) {
      const { field, pointer, start, end } = found
      const key = keyOf(found)
      const id = ids.get(key) ?? `p${ids.size}`
      const place = { start, end, titles: [title], id }
      ids.set(key, id)
      count++
      if (isPayload(field)) {
        if (type === 'text') text.push(place)
        else push(leaves, pointer ?? '', place)
      } else if (field.startsWith('attributes')) push(attributes, pointer ?? attributePointer(field), place)
      else push(fields, field, place)
    }
  }
  return { text, leaves, fields, attributes, count, idOf: (place) => ids.get(keyOf(place)) }
}

const isPayload = (field: EnginePlace['field']) => field === 'payload' || field.startsWith('payload.')

function attributePointer(field: string): string {
  const path = field.slice('attributes.'.length)
  return `/${path.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

function push(map: Map<string, Place[]>, key: string, place: Place): void {
  const known = map.get(key)
  if (known === undefined) map.set(key, [place])
  else known.push(place)
}
