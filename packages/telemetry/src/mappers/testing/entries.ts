import { toIso } from '../../timestamp.ts'
import type { MappedEntry } from '../mapped-entry.ts'
import type { ExpectedEntry } from './read-fixture.ts'

/** What entries hold: a text, or the value of their JSON. */
export const payloadsOf = (entries: readonly MappedEntry[]): readonly unknown[] => entries.map(payloadOf)

/** What makes an entry the same as another report of it, as a text. */
export const sameness = (entries: readonly MappedEntry[]): readonly string[] =>
  entries.map((entry) => JSON.stringify([entry.kind, entry.anchor, payloadOf(entry)]))

/** An entry as a reporter would send it by REST. */
export function asSent(entry: MappedEntry): ExpectedEntry {
  const { sender, receiver, kind, session, context, at, attributes, source } = entry
  return {
    sender,
    receiver,
    kind,
    session,
    context,
    payload: payloadOf(entry),
    ...(at === null ? {} : { timestamp: toIso(at) }),
    attributes,
    logsource: { product: 'ai_agent', category: kind, service: source },
  }
}

function payloadOf({ payload: { type, text } }: MappedEntry): unknown {
  return type === 'text' ? text : (JSON.parse(text) as unknown)
}
