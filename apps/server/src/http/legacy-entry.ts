import { toTailCursor } from '@sentinelmesh/api/constants'
import type { StoredEntry } from '@sentinelmesh/db'
import { compact } from '@sentinelmesh/text/json-text'
import { toIso } from '@sentinelmesh/telemetry/timestamp'

/** Only where there are some: the seed's clients know nothing of it. */
export const leftOut = (count: number) => (count > 0 ? { matches_left_out: count } : {})

/** An entry as the seed's clients know it: strings everywhere, `''` where there is nothing; ours are added behind. */
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

/** What the seed called an alert: one rule that matched. */
export function toLegacyAlerts(matches: StoredEntry['fullMatches']) {
  return matches.map(({ ruleId, title, points }) => ({ rule_id: ruleId, message: title, risk: points }))
}
