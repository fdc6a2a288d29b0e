import type { EntryDetail, Row } from '@sentinelmesh/api'
import { toTailCursor } from '@sentinelmesh/api/constants'
import type { StoredEntry, StoredRow } from '@sentinelmesh/db'
import { describeUndecided } from '@sentinelmesh/rules'
import { combine } from '@sentinelmesh/rules/risk'
import { toHeldSelections } from './held-selections.ts'
import { toIso } from '@sentinelmesh/telemetry/timestamp'

/** A row in the format of the API. */
export function toRow(stored: StoredRow): Row {
  return {
    id: stored.id,
    seq: stored.seq,
    cursor: toTailCursor(stored.seq),
    timestamp: stored.timestampText ?? toIso(stored.at),
    at: toIso(stored.at),
    received_at: toIso(stored.receivedAt),
    sender: stored.sender,
    receiver: stored.receiver,
    kind: stored.kind,
    kind_assumed: stored.kindAssumed,
    session: stored.session,
    context: stored.context,
    risk: stored.risk,
    band: stored.band,
    snippet: stored.snippet,
    snippet_marks: stored.snippetMarks.map(([start, end]) => [start, end]),
    size: stored.size,
    attributes: stored.attributes === null ? null : (JSON.parse(stored.attributes) as Record<string, unknown>),
    logsource: stored.logsource,
    matches: stored.matches.map(({ ruleId, title, level }) => ({ rule_id: ruleId, title, level })),
    ...(stored.matchesLeftOut > 0 ? { matches_left_out: stored.matchesLeftOut } : {}),
    source_id: stored.sourceId,
    reported_by: stored.reportedBy,
    surface: stored.surface,
    ...(stored.truncated ? { truncated: true as const } : {}),
    ...(stored.textRepaired ? { text_repaired: true as const } : {}),
    ...(stored.idConflict ? { id_conflict: true as const } : {}),
    ...(stored.verdict === null ? {} : { verdict: stored.verdict }),
    ...(stored.would === null ? {} : { would: stored.would }),
    ...(stored.unjudged ? { unjudged: true as const } : {}),
    ...(stored.undecided.length === 0 ? {} : { undecided: stored.undecided.map(toUndecided) }),
  }
}

function toUndecided(rule: StoredRow['undecided'][number]): NonNullable<Row['undecided']>[number] {
  const { ruleId, title, level, steps, limit, allowed } = rule
  return { rule_id: ruleId, title, level, steps, limit, allowed, explained: describeUndecided(rule) }
}

/**
 * The complete entry with an explanation of its risk: the contributions are recomputed from the stored matches. Its
 * JSON has at most 8 MiB: `entryBytes` for the payload and the attributes, `explanationChars`, and `entryMatches`
 * names. `titleOf` names the filter that suppressed a match.
 */
export function toDetail(stored: StoredEntry, titleOf: (filterId: string) => string): EntryDetail {
  const { contributions } = combine({ matches: stored.fullMatches, reportedRisk: stored.reportedRisk })
  const { matches_left_out: _ofRow, ...row } = toRow(stored)
  return {
    ...row,
    payload: stored.payload.text,
    payload_type: stored.payload.type,
    matches: stored.fullMatches.map((match) => ({
      rule_id: match.ruleId,
      rule_hash: match.ruleHash,
      title: match.title,
      level: match.level,
      points: match.points,
      family: match.family,
      contributes: match.contributes,
      places: match.places.map((place) => ({ ...place })),
      selections: toHeldSelections(match.selections),
      filtered_by: match.filteredBy === null ? null : { rule_id: match.filteredBy, title: titleOf(match.filteredBy) },
    })),
    ...(stored.fullMatchesLeftOut > 0 ? { matches_left_out: stored.fullMatchesLeftOut } : {}),
    ...(stored.unexplained > 0 ? { unexplained: stored.unexplained } : {}),
    contributions: contributions.map(({ ruleId, title, level, family, points, share }) => ({
      rule_id: ruleId,
      title,
      level,
      family,
      points,
      share,
    })),
    masked: stored.masked.map(({ format, count }) => ({ format, count })),
    system: stored.system,
    skew_ms: Math.round((stored.receivedAt - stored.at) / 1000),
    remote_address: stored.remoteAddress,
    sender_claimed: stored.senderClaimed,
  }
}
