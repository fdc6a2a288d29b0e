import type { LogId, OrgId, Seq } from '@sentinelmesh/api'
import { sql, type SqlBool } from 'kysely'
import type { Gap, LogItem, LogQuery, LogSlice, LogStore } from '../../../log-store.ts'
import { statements } from '../connection/statements.ts'
import { StatementError } from '../connection/errors.ts'
import { DEADLINE } from '../threads/protocol.ts'
import { headOf, selectHead } from './head.ts'
import { queryToSql } from '../query/query-to-sql.ts'
import { type Readers, rowsOf, statement } from '../read/readers.ts'
import { selectWhole, toWhole, untilBytes, wholeStatements } from '../read/rows.ts'
import type { SearchDeps } from '../search/deps.ts'
import type { Writer } from '../write/writer.ts'

/** Positions per read of matching entries: about 20 ms if payloads must be read. */
const MATCHING_POSITIONS = 4_096 // a power of eight

/** Time budgets of a read of matching entries and of a single entry, in milliseconds. */
export type MatchingDeadlines = Pick<SearchDeps, 'sliceMs' | 'entryMs'>

export function sqliteLogStore(
  writer: Pick<Writer, 'append'>,
  readers: Readers,
  deadlines: MatchingDeadlines,
): LogStore {
  const sizes = new WeakMap<LogQuery, number>()
  return {
    append: (org, entries, lane) => writer.append(org, entries, lane),

    async read(org, after, bounds) {
      const limit = Math.max(1, bounds.entries)
      const [head, gaps, ...entries] = await readers
        .forOrg(org)
        .run('interactive', [
          statement(selectHead(org)),
          statement(selectGaps(org, after).limit(limit)),
          ...wholeStatements(selectAfter(org, after).limit(limit), untilBytes(bounds.bytes)),
        ])
      const whole = toWhole(entries)
      return toSlice({
        after,
        limit,
        head: headOf(head).seq,
        gaps: rowsOf<GapRow>(gaps),
        entries: whole.map((entry) => ({ type: 'entry', seq: entry.seq, entry })),
        toHead: whole.length < limit && entries[0]?.cut === false,
      })
    },

    readMatching: (org, after, query, bounds) =>
      readMatching(readers.forOrg(org, query.signal), org, after, { query, bounds, sizes, deadlines }),

    async get(org, id: LogId) {
      const query = selectWhole().where('entries.uid', '=', id).where('entries.org', '=', org)
      return toWhole(await readers.forOrg(org).run('interactive', wholeStatements(query)))[0]
    },

    async head(org) {
      const [head] = await readers.forOrg(org).run('interactive', [statement(selectHead(org))])
      return headOf(head)
    },
  }
}

interface MatchingRead {
  readonly deadlines: MatchingDeadlines
  readonly query: LogQuery
  readonly bounds: Parameters<LogStore['readMatching']>[3]
  /** The size of each query's next window, so that a slow query does not start with a large window each time. */
  readonly sizes: WeakMap<LogQuery, number>
}

/** Reads a window of positions. If it times out, retries with a smaller one. Skips a single entry that times out. */
async function readMatching(
  readers: Readers,
  org: OrgId,
  after: Seq,
  { query, bounds, sizes, deadlines }: MatchingRead,
): Promise<LogSlice> {
  const { ast, now } = query
  const limit = Math.max(1, bounds.entries)
  for (let positions = sizes.get(query) ?? MATCHING_POSITIONS; ; positions >>= 3) {
    const until = after + positions
    const single = positions === 1
    try {
      const [head, gaps, ...entries] = await readers.run(
        positions === MATCHING_POSITIONS ? 'search' : 'heavy',
        [
          statement(selectHead(org)),
          statement(selectGaps(org, after).where('from_seq', '<=', until).limit(limit)),
          ...wholeStatements(
            selectAfter(org, after)
              .where('entries.seq', '<=', until)
              // `coalesce` keeps the planner from using other indexes, so it reads the window in its order.
              .where(sql<SqlBool>`coalesce(${queryToSql(ast, { now })}, 0)`)
              .limit(limit),
            untilBytes(bounds.bytes),
          ),
        ],
        { deadlineMs: single ? deadlines.entryMs : deadlines.sliceMs, skipsBacklogLimit: true },
      )
      sizes.set(query, Math.min(positions << 3, MATCHING_POSITIONS))
      const whole = toWhole(entries)
      const gapRows = rowsOf<GapRow>(gaps)
      const entriesUntil = whole.length === limit || entries[0]?.cut === true ? whole.at(-1)?.seq : undefined
      const gapsUntil = gapRows.length === limit ? gapRows.at(-1)?.to_seq : undefined
      return toMatchingSlice({
        after,
        limit,
        head: headOf(head).seq,
        until: Math.min(until, entriesUntil ?? until, gapsUntil ?? until),
        gaps: gapRows,
        entries: whole.map((entry) => ({ type: 'entry', seq: entry.seq, entry })),
      })
    } catch (error) {
      if (!(error instanceof StatementError && error.code === DEADLINE)) throw error
      if (!single) continue
      sizes.set(query, positions)
      const [head] = await readers.run('interactive', [statement(selectHead(org))])
      const { seq } = headOf(head)
      return { items: [], cursor: until as Seq, more: until < seq, head: seq, undecided: 1 }
    }
  }
}

function selectGaps(org: OrgId, after: Seq) {
  return statements
    .selectFrom('gaps')
    .select(['from_seq', 'to_seq', 'reason'])
    .where('org', '=', org)
    .where('to_seq', '>', after)
    .orderBy('from_seq')
}

function selectAfter(org: OrgId, after: Seq) {
  return selectWhole().where('entries.org', '=', org).where('entries.seq', '>', after).orderBy('entries.seq')
}

interface GapRow {
  readonly from_seq: number
  readonly to_seq: number
  readonly reason: string
}

interface FoundItems {
  readonly after: Seq
  readonly limit: number
  readonly head: Seq
  readonly gaps: readonly GapRow[]
  readonly entries: readonly Extract<LogItem, { type: 'entry' }>[]
  /** No limit ended the read, so there are no other entries up to the head. */
  readonly toHead: boolean
}

/** Covers every position: those with neither an entry nor a recorded gap are returned as a gap with reason `lost`. */
function toSlice({ after, limit, head, gaps, entries, toHead }: FoundItems): LogSlice {
  const items: LogItem[] = []
  let cursor: number = after
  let nextGap = 0
  let nextEntry = 0
  while (cursor < head && items.length < limit) {
    const entry = entries[nextEntry]
    const gap = gaps[nextGap]
    if (entry === undefined && !toHead) break
    if (entry?.seq === cursor + 1) {
      items.push(entry)
      cursor = entry.seq
      nextEntry++
    } else if (gap !== undefined && gap.from_seq <= cursor + 1) {
      items.push(gapOf(cursor + 1, gap.to_seq, gap.reason))
      cursor = gap.to_seq
      nextGap++
    } else {
      const known = Math.min(entry?.seq ?? head + 1, gap?.from_seq ?? head + 1)
      items.push(gapOf(cursor + 1, known - 1, 'lost'))
      cursor = known - 1
    }
  }
  return { items, cursor: cursor as Seq, more: cursor < head, head }
}

interface MatchingItems extends Pick<FoundItems, 'after' | 'limit' | 'head' | 'gaps' | 'entries'> {
  /** Every entry and gap up to this seq was tested. */
  readonly until: number
}

function toMatchingSlice({ after, limit, head, gaps, entries, until }: MatchingItems): LogSlice {
  const found = [
    ...entries,
    ...gaps.map(({ from_seq, to_seq, reason }) => gapOf(Math.max(from_seq, after + 1), to_seq, reason)),
  ]
    .filter((item) => startOf(item) <= until)
    .sort((a, b) => startOf(a) - startOf(b))
  const items = found.slice(0, limit)
  const last = items.at(-1)
  const passed = items.length < found.length ? after : Math.min(until, head)
  const cursor = Math.max(after, passed, last === undefined ? 0 : endOf(last)) as Seq
  return { items, cursor, more: cursor < head, head }
}

const startOf = (item: LogItem) => (item.type === 'gap' ? item.from : item.seq)
const endOf = (item: LogItem) => (item.type === 'gap' ? item.to : item.seq)

function gapOf(from: number, to: number, reason: string): Gap {
  return { type: 'gap', from: from as Seq, to: to as Seq, reason }
}
