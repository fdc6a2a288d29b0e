import type { StoredEntry } from '@sentinelmesh/db'
import type { Entry } from '@sentinelmesh/rules'

/** Turns a stored entry, with its secrets masked, into an event for rules. */
export function toEntry(stored: StoredEntry): Entry {
  const { sender, receiver, kind, session, context, payload, attributes, logsource, reportedRisk, system } = stored
  return { sender, receiver, kind, session, context, payload, attributes, logsource, reportedRisk, system }
}
