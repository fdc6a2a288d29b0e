import type { SourceRow } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import { sourcesSeenStore, type SourceSeen } from '@sentinelmesh/db'
import { toIso } from '@sentinelmesh/telemetry/timestamp'
import type { Verb } from '../verb.ts'

const MINUTE_MS = 60_000
const RATE_MINUTES = 5
const HOUR_MINUTES = 60

/** Writes pending counts first, so that the latest entries are included. */
export const list: Verb<'sources.list', 'sources'> = async ({ database, clock, sources }, { org }) => {
  await sources.write()
  const seen = await sourcesSeenStore(database.read).list(org)
  const nowMs = clock.now()
  return {
    sources: seen.flatMap((one) => (one.source === null ? [] : [toRow(one, one.source, nowMs)])),
    unknown: seen.flatMap(({ source, scope, surface, records, refused, ...one }) =>
      source === null ? [{ scope, surface, records, refused, ...period(one) }] : [],
    ),
  }
}

function toRow(seen: SourceSeen, source: string, nowMs: number): SourceRow {
  const { surface, records, entries, refused, lastSeen } = seen
  const isSilent = nowMs - lastSeen / 1000 > LIMITS.sourceSilentMs
  return {
    source,
    surface,
    ...period(seen),
    records,
    entries,
    refused,
    entries_last_hour: entriesWithin(seen, nowMs, HOUR_MINUTES),
    entries_per_minute: entriesWithin(seen, nowMs, RATE_MINUTES) / RATE_MINUTES,
    silent_since: isSilent ? toIso(lastSeen) : null,
  }
}

function period({ firstSeen, lastSeen }: Pick<SourceSeen, 'firstSeen' | 'lastSeen'>) {
  return { first_seen: toIso(firstSeen), last_seen: toIso(lastSeen) }
}

/** Includes the current minute. */
function entriesWithin({ recent }: SourceSeen, nowMs: number, minutes: number): number {
  const from = Math.floor(nowMs / MINUTE_MS) - minutes
  return recent.reduce((sum, [minute, entries]) => (minute > from ? sum + entries : sum), 0)
}
