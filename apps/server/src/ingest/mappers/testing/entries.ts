import type { MappedEntry } from '../mapped-entry.ts'

/** What entries hold: a text, or the value of their JSON. */
export const payloadsOf = (entries: readonly MappedEntry[]): readonly unknown[] => entries.map(payloadOf)

/** What makes an entry the same as another report of it, as a text. */
export const sameness = (entries: readonly MappedEntry[]): readonly string[] =>
  entries.map((entry) => JSON.stringify([entry.kind, entry.anchor, payloadOf(entry)]))

function payloadOf({ payload: { type, text } }: MappedEntry): unknown {
  return type === 'text' ? text : (JSON.parse(text) as unknown)
}
