import type { EntryDetail, Place } from '@sentinelmesh/api'

/** Cuts the text of places out of an entry; undefined where the place is in something that is not shown here. */
export function placeTexts(entry: EntryDetail): (place: Place) => string | undefined {
  let json: unknown
  const payload = () => (json ??= JSON.parse(entry.payload))
  return ({ view, field, pointer, start, end }) => {
    if (view !== undefined) return undefined
    const leaf = leafOf(field, pointer)
    return typeof leaf === 'string' ? leaf.slice(start, end) : undefined
  }

  function leafOf(field: string, pointer: string | null): unknown {
    if (field === 'payload' || field.startsWith('payload.')) {
      if (entry.payload_type === 'text') return entry.payload
      return pointer === null ? undefined : at(payload(), pointer)
    }
    if (field === 'sender' || field === 'receiver' || field === 'session' || field === 'context') return entry[field]
    return field.startsWith('attributes') && pointer !== null ? at(entry.attributes, pointer) : undefined
  }
}

/** RFC 6901. */
function at(json: unknown, pointer: string): unknown {
  let value = json
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string, unknown>)[key]
  }
  return value
}
