import { toIso } from '../../timestamp.ts'
import type { MappedEntry } from '../mapped-entry.ts'
import type { ExpectedEntry } from './read-fixture.ts'

/** The payloads of entries: a text, or parsed JSON. */
export const payloadsOf = (entries: readonly MappedEntry[]): readonly unknown[] => entries.map(payloadOf)

/** The parts of each entry that identify it in different reports. */
export const sameness = (entries: readonly MappedEntry[]): readonly string[] =>
  entries.map((entry) => JSON.stringify([entry.kind, entry.anchor, payloadOf(entry)]))

/** An entry as a reporter would send it through the REST API. */
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
