import type { StoredEntry } from '@sentinelmesh/db'
import type { Entry } from '@sentinelmesh/rules'

/** What is kept of an entry, as an event for rules: secrets are masked in it. */
export function toEntry(stored: StoredEntry): Entry {
  const { sender, receiver, kind, session, context, payload, attributes, logsource, reportedRisk, system } = stored
  return { sender, receiver, kind, session, context, payload, attributes, logsource, reportedRisk, system }
}
