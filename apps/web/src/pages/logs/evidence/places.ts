import type { EntryDetail, Place as EnginePlace } from '@sentinelmesh/api'
import type { Place } from '../../../components/text/shown-text.tsx'

/** Where rules held in one entry, by what they were found in. All of it comes from the engine. */
export interface EntryPlaces {
  /** Of a text payload. */
  readonly text: readonly Place[]
  /** Of a JSON payload: pointer to places in the unescaped leaf. */
  readonly leaves: ReadonlyMap<string, readonly Place[]>
  /** Of `sender`, `receiver`, `session`, `context`. */
  readonly fields: ReadonlyMap<string, readonly Place[]>
  /** Of attributes: pointer to places. */
  readonly attributes: ReadonlyMap<string, readonly Place[]>
  readonly count: number
  /** Names the mark of a place on the page; undefined where it has none. */
  readonly idOf: (place: EnginePlace) => string | undefined
}

/** As much of an entry as is needed: of one that a rule is tried on there is no more. */
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
  // Through whichever view a rule saw it, a place is in the entry.
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
