import type { Insertable } from 'kysely'
import type { Match } from '@sentinelmesh/rules'
import type { JudgedEntry } from '../../../log-store.ts'
import { FLAGS, type Schema } from '../../../schema.ts'
import { boundedMatches } from './bounded-matches.ts'
import type { EntryValues } from '../threads/protocol.ts'
import { UNEXPLAINED, writeSelections } from '../read/stored-selections.ts'
import { snippetOf } from './snippet.ts'

/**
 * The rows of one entry. The main thread sends their values, and the writer compiles its statements from their column
 * names. Both come from these literals, so they cannot disagree. Values that only the writer knows are 0 or null here.
 */
type Row<Table extends keyof Schema> = Insertable<Schema[Table]>

export function entryRow(entry: JudgedEntry) {
  return {
    /** Assigned by SQLite. */
    pos: null,
    org: 0,
    seq: 0,
    uid: entry.id,
    at: entry.at,
    received_at: entry.receivedAt,
    timestamp_text: entry.timestampText,
    sender: entry.sender,
    receiver: entry.receiver,
    kind: entry.kind,
    kind_assumed: entry.kindAssumed ? 1 : 0,
    session: entry.session,
    context: entry.context,
    risk: entry.risk,
    band: entry.band,
    reported_risk: entry.reportedRisk,
    source_id: entry.sourceId,
    content_hash: latin1(entry.contentHash),
    leaf_salt: latin1(entry.leafSalt),
    reported_by: entry.reportedBy,
    surface: entry.surface,
    remote_address: entry.remoteAddress,
    flags:
      (entry.textRepaired ? FLAGS.textRepaired : 0) |
      (entry.truncated ? FLAGS.truncated : 0) |
      (entry.idConflict ? FLAGS.idConflict : 0) |
      (entry.senderClaimed ? FLAGS.senderClaimed : 0) |
      (entry.unjudged ? FLAGS.unjudged : 0) |
      (entry.system === null ? 0 : FLAGS[entry.system]),
    product: entry.logsource.product ?? null,
    category: entry.logsource.category ?? null,
    service: entry.logsource.service ?? null,
    masked: entry.masked.length === 0 ? null : JSON.stringify(entry.masked),
    computed_id: entry.computedId === null ? null : latin1(entry.computedId),
    verdict: entry.verdict,
    would: entry.would,
    undecided: entry.undecided.length === 0 ? null : JSON.stringify(entry.undecided),
  } satisfies Record<keyof Row<'entries'>, string | number | null>
}

export function payloadRow(entry: JudgedEntry) {
  const counted = entry.matches.filter(({ filteredBy }) => filteredBy === null)
  const { snippet, marks } = snippetOf(entry.payload, counted)
  return {
    pos: 0,
    type: entry.payload.type,
    /** Bytes, set by the writer when it encodes the text. */
    size: 0,
    snippet,
    snippet_marks: marks.length === 0 ? null : JSON.stringify(marks),
    attributes: entry.attributes,
    bytes: entry.payload.text,
  } satisfies Record<keyof Row<'payloads'>, string | number | null>
}

export function matchRow(match: Match, ordinal: number, explained = true) {
  return {
    pos: 0,
    org: 0,
    seq: 0,
    ordinal,
    rule_id: match.ruleId,
    rule_hash: match.ruleHash,
    title: match.title,
    level: match.level,
    points: match.points,
    family: match.family,
    contributes: match.contributes ? 1 : 0,
    places: JSON.stringify(match.places),
    selections: explained ? writeSelections(match.selections, match.places) : UNEXPLAINED,
    filtered_by: match.filteredBy,
  } satisfies Record<keyof Row<'matches'>, string | number | null>
}

export function valuesOf(entry: JudgedEntry): EntryValues {
  return [
    Object.values(entryRow(entry)),
    Object.values(payloadRow(entry)),
    entry.matches.length === 0
      ? NO_MATCHES
      : boundedMatches(entry.matches).map(({ match, explained }, ordinal) =>
          Object.values(matchRow(match, ordinal, explained)),
        ),
  ]
}

const NO_MATCHES: EntryValues[2] = []

/** A short string is several times faster to transfer between threads than a byte array. */
function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}
