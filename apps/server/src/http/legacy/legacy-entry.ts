import { toTailCursor } from '@sentinelmesh/api/constants'
import type { StoredEntry } from '@sentinelmesh/db'
import { compact } from '@sentinelmesh/text/json-text'
import { toIso } from '@sentinelmesh/telemetry/timestamp'

/** Absent when nothing was left out, because the seed's clients do not know this field. */
export const leftOut = (count: number) => (count > 0 ? { matches_left_out: count } : {})

/** Returns an entry in the seed's format: every field is a string, empty if there is no value. Our fields come last. */
export function toLegacyEntry(entry: StoredEntry, orgName: string) {
  const payload = entry.payload.type === 'json' ? compact(entry.payload.text) : entry.payload.text
  return {
    id: entry.id,
    sender: entry.sender,
    receiver: entry.receiver ?? '',
    context: entry.context ?? '',
    payload,
    timestamp: entry.timestampText ?? toIso(entry.at),
    received_at: toIso(entry.receivedAt),
    org: orgName,
    risk: entry.risk,
    risk_score: entry.risk,
    message: payload,
    seq: entry.seq,
    cursor: toTailCursor(entry.seq),
    kind: entry.kind,
    band: entry.band,
    session: entry.session ?? '',
    matches: entry.matches.map(({ ruleId, title, level }) => ({ rule_id: ruleId, title, level })),
    ...leftOut(entry.matchesLeftOut),
    attributes: entry.attributes === null ? {} : (JSON.parse(entry.attributes) as Record<string, unknown>),
  }
}

/** The seed calls each rule that matched an alert. */
export function toLegacyAlerts(matches: StoredEntry['fullMatches']) {
  return matches.map(({ ruleId, title, points }) => ({ rule_id: ruleId, message: title, risk: points }))
}
