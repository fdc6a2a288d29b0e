import type { Entry, Place } from '../src/index.ts'

/** The text of the entry at a place. */
export function pointed(entry: Entry, { field, pointer, start, end }: Place): string {
  const text = field === 'payload' ? entry.payload.text : field === 'attributes' ? entry.attributes : entry.receiver
  if (pointer === null) return (text ?? '').slice(start, end)
  const value = pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((parent, name) => (parent as Record<string, unknown>)[name], JSON.parse(text ?? 'null'))
  return String(value).slice(start, end)
}
