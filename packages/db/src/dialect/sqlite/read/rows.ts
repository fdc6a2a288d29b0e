import type { LogId, Seq, Surface, Verdict } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import type { Kind, LogSource, Match, System } from '@sentinelmesh/rules'
import type { Band } from '@sentinelmesh/rules/risk'
import { sql } from 'kysely'
import type { MatchSummary, StoredEntry, StoredRow } from '../../../log-store.ts'
import { FLAGS } from '../../../schema.ts'
import { statements } from '../connection/statements.ts'
import { readSelections, UNEXPLAINED } from './stored-selections.ts'
import type { ReadResult, ReadStatement } from '../threads/protocol.ts'
import { rowsOf, statement } from './readers.ts'

/** The bytes of the undecided rules: up to a hundred, each with its title. */
const undecidedBytes = sql<number>`coalesce(length(entries.undecided), 0)`

/** The bytes of the attributes, which can be as large as the payload. */
const attributesBytes = sql<number>`coalesce(length(cast(payloads.attributes as blob)), 0)`

/** The number of matches that are not read with the entry. Without any, it costs one lookup in the primary key. */
const matchesLeftOut = sql<number>`(
  select count(*) from matches
  where matches.pos = entries.pos and matches.ordinal >= ${sql.lit(LIMITS.entryMatches)} and matches.filtered_by is null)`
const fullMatchesLeftOut = sql<number>`(
  select count(*) from matches
  where matches.pos = entries.pos and matches.ordinal >= ${sql.lit(LIMITS.entryMatches)})`

/** Estimated bytes of a row without its attributes: names, and a snippet of at most 400 characters. */
const ROW_BYTES = 1_000

/** Selects entries with their payloads. The caller adds conditions and an order, using the tables' own names. */
export function selectRows() {
  return selectEntries().select([
    // If there is a snippet, the payload is not read.
    sql<string | null>`case when payloads.snippet is null then payloads.bytes end`.as('bytes'),
    sql<number>`${sql.lit(ROW_BYTES)} + ${attributesBytes} + ${undecidedBytes}`.as('weight'),
  ])
}

export function selectWhole() {
  // The reader decodes `bytes` to a string, because of the statement's `utf8`.
  return selectEntries()
    .select([sql<string>`payloads.bytes`.as('bytes'), sql<number>`payloads.size + ${attributesBytes}`.as('weight')])
    .select(['entries.reported_risk', 'entries.masked', 'entries.remote_address'])
    .select(fullMatchesLeftOut.as('full_left_out'))
}

function selectEntries() {
  return statements
    .selectFrom('entries')
    .innerJoin('payloads', 'payloads.pos', 'entries.pos')
    .select([
      'entries.pos',
      'entries.uid',
      'entries.seq',
      'entries.at',
      'entries.received_at',
      'entries.timestamp_text',
      'entries.sender',
      'entries.receiver',
      'entries.kind',
      'entries.kind_assumed',
      'entries.session',
      'entries.context',
      'entries.risk',
      'entries.band',
      'entries.source_id',
      'entries.reported_by',
      'entries.surface',
      'entries.flags',
      'entries.product',
      'entries.category',
      'entries.service',
      'entries.verdict',
      'entries.would',
      'entries.undecided',
      'payloads.type',
      'payloads.size',
      'payloads.snippet',
      'payloads.snippet_marks',
      'payloads.attributes',
    ])
    .select(matchesLeftOut.as('left_out'))
}

export type RowQuery = ReturnType<typeof selectRows>
export type WholeQuery = ReturnType<typeof selectWhole>
type RowValues = Awaited<ReturnType<RowQuery['executeTakeFirstOrThrow']>>
type WholeValues = Awaited<ReturnType<WholeQuery['executeTakeFirstOrThrow']>>

/** Statements for the rows and for the matches of all of them. Pass both results to `toRows`. */
export function rowStatements(query: RowQuery, options: Pick<ReadStatement, 'until'> = {}): readonly ReadStatement[] {
  return [statement(query, { utf8: 'bytes', ...options }), statement(summaries, { keys: 'pos' })]
}

/** Ends a list of rows or whole entries before it exceeds `most` bytes. */
export function untilBytes(most: number | undefined): Pick<ReadStatement, 'until'> {
  return most === undefined ? {} : { until: { column: 'weight', most } }
}

export function wholeStatements(
  query: WholeQuery,
  options: Pick<ReadStatement, 'until'> = {},
): readonly ReadStatement[] {
  return [statement(query, { utf8: 'bytes', ...options }), statement(matches, { keys: 'pos' })]
}

export function toRows([entries, matched]: readonly (ReadResult | undefined)[]): StoredRow[] {
  const byPos = groupByPos(rowsOf<SummaryValues>(matched))
  return rowsOf<RowValues>(entries).map((row) => toRow(row, row.bytes ?? '', (byPos.get(row.pos) ?? []).map(toSummary)))
}

export function toWhole([entries, matched]: readonly (ReadResult | undefined)[]): StoredEntry[] {
  const byPos = groupByPos(rowsOf<MatchValues>(matched))
  return rowsOf<WholeValues>(entries).map((row) => {
    const own = byPos.get(row.pos) ?? []
    return Object.assign(toRow(row, row.bytes, own.filter(isUnfiltered).map(toSummary)), {
      payload: { type: row.type, text: row.bytes } as const,
      reportedRisk: row.reported_risk,
      system: toSystem(row),
      fullMatches: own.map(toMatch),
      fullMatchesLeftOut: row.full_left_out,
      unexplained: own.filter(({ selections }) => selections === UNEXPLAINED).length,
      masked: row.masked === null ? [] : (JSON.parse(row.masked) as StoredEntry['masked']),
      remoteAddress: row.remote_address,
      senderClaimed: (row.flags & FLAGS.senderClaimed) !== 0,
    })
  })
}

/** The reader fills in the positions from the rows of the previous statement. */
const ofPreviousRows = sql<number>`(select value from json_each(${''}))`
const summaries = statements
  .selectFrom('matches')
  .select(['pos', 'rule_id', 'title', 'level'])
  .where('pos', 'in', ofPreviousRows)
  .where('ordinal', '<', sql.lit(LIMITS.entryMatches))
  .where('filtered_by', 'is', null)
  .orderBy('pos')
  .orderBy('ordinal')
const matches = statements
  .selectFrom('matches')
  .select([
    'pos',
    'rule_id',
    'rule_hash',
    'title',
    'level',
    'points',
    'family',
    'contributes',
    'places',
    'selections',
    'filtered_by',
  ])
  .where('pos', 'in', ofPreviousRows)
  .where('ordinal', '<', sql.lit(LIMITS.entryMatches))
  .orderBy('pos')
  .orderBy('ordinal')
type SummaryValues = Awaited<ReturnType<typeof summaries.executeTakeFirstOrThrow>>
type MatchValues = Awaited<ReturnType<typeof matches.executeTakeFirstOrThrow>>

/** Column values are trusted, because they were validated when they were written. */
function toRow(row: Omit<RowValues, 'bytes'>, bytes: string, matches: readonly MatchSummary[]): StoredRow {
  return {
    id: row.uid as LogId,
    seq: row.seq as Seq,
    at: row.at,
    receivedAt: row.received_at,
    timestampText: row.timestamp_text,
    sender: row.sender,
    receiver: row.receiver,
    kind: row.kind as Kind,
    kindAssumed: row.kind_assumed === 1,
    session: row.session,
    context: row.context,
    risk: row.risk,
    band: row.band as Band,
    snippet: row.snippet ?? bytes,
    snippetMarks: row.snippet_marks === null ? [] : (JSON.parse(row.snippet_marks) as [number, number][]),
    payloadType: row.type,
    size: row.size,
    attributes: row.attributes,
    logsource: toLogSource(row),
    matches,
    matchesLeftOut: row.left_out,
    sourceId: row.source_id,
    reportedBy: row.reported_by,
    surface: row.surface as Surface,
    truncated: (row.flags & FLAGS.truncated) !== 0,
    textRepaired: (row.flags & FLAGS.textRepaired) !== 0,
    idConflict: (row.flags & FLAGS.idConflict) !== 0,
    verdict: row.verdict as Verdict | null,
    would: row.would as Verdict | null,
    unjudged: (row.flags & FLAGS.unjudged) !== 0,
    undecided: row.undecided === null ? NONE_UNDECIDED : (JSON.parse(row.undecided) as StoredRow['undecided']),
  }
}

const NONE_UNDECIDED: StoredRow['undecided'] = []

function toSystem({ flags }: Pick<RowValues, 'flags'>): System | null {
  if ((flags & FLAGS.linux) !== 0) return 'linux'
  if ((flags & FLAGS.macos) !== 0) return 'macos'
  return (flags & FLAGS.windows) === 0 ? null : 'windows'
}

function toLogSource({ product, category, service }: Pick<RowValues, 'product' | 'category' | 'service'>): LogSource {
  return {
    ...(product === null ? {} : { product }),
    ...(category === null ? {} : { category }),
    ...(service === null ? {} : { service }),
  }
}

function isUnfiltered({ filtered_by }: MatchValues): boolean {
  return filtered_by === null
}

function toSummary({ rule_id, title, level }: SummaryValues): MatchSummary {
  return { ruleId: rule_id, title, level: level as MatchSummary['level'] }
}

function toMatch(row: MatchValues): Match {
  const places = JSON.parse(row.places) as Match['places']
  return {
    ...toSummary(row),
    ruleHash: row.rule_hash,
    points: row.points,
    family: row.family,
    contributes: row.contributes === 1,
    places,
    selections: readSelections(row.selections, places),
    filteredBy: row.filtered_by,
  }
}

function groupByPos<Values extends { readonly pos: number }>(rows: readonly Values[]): Map<number, Values[]> {
  const groups = new Map<number, Values[]>()
  for (const row of rows) {
    const group = groups.get(row.pos)
    if (group === undefined) groups.set(row.pos, [row])
    else group.push(row)
  }
  return groups
}
