import type { EntryDetail, Place as EnginePlace } from '@sentinelmesh/api'
import type { Place } from '../../components/shown-text.tsx'

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
  /** Found in a decoded or otherwise changed view of the text: shown in words, since there is no place for a mark. */
  readonly views: readonly { readonly title: string; readonly view: string }[]
  readonly count: number
}

export function entryPlaces({
  matches,
  payload_type: type,
}: Pick<EntryDetail, 'matches' | 'payload_type'>): EntryPlaces {
  const text: Place[] = []
  const leaves = new Map<string, Place[]>()
  const fields = new Map<string, Place[]>()
  const attributes = new Map<string, Place[]>()
  const views: { title: string; view: string }[] = []
  let count = 0
  for (const { title, places } of matches) {
    for (const { view, field, pointer, start, end } of places) {
      const place = { start, end, titles: [title] }
      if (view !== undefined) {
        if (!views.some((known) => known.title === title && known.view === view)) views.push({ title, view })
        continue
      }
      count++
      if (isPayload(field)) {
        if (type === 'text') text.push(place)
        else push(leaves, pointer ?? '', place)
      } else if (field.startsWith('attributes')) push(attributes, pointer ?? attributePointer(field), place)
      else push(fields, field, place)
    }
  }
  return { text, leaves, fields, attributes, views, count }
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
