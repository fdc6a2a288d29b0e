import type Sqlite from 'better-sqlite3'
import type { SeqRange } from '../../../log-store.ts'
import { LIMITS } from '../../../limits.ts'
import type { TextIndexSettings } from '../threads/protocol.ts'
import { lengthOf, type Segment, uncovered } from './segments.ts'
import { tableOf, textOf, type TextRow, TEXTS } from './text.ts'

const DAY_US = 24 * 3600 * 1e6

/** The operations of the full-text index's thread, which reads the log and writes the index. */
export interface IndexWriter {
  advance(org: number): { readonly indexed: number; readonly more: boolean }
  forget(org: number, ranges: readonly SeqRange[]): void
  dropExpired(org: number): void
  progress(org: number): { readonly indexed: number; readonly behind: number }
}

export function indexWriter(
  log: Sqlite.Database,
  index: Sqlite.Database,
  settings: Partial<TextIndexSettings>,
): IndexWriter {
  const { least, segmentEntries, segmentDay, sliceMs }: TextIndexSettings = {
    least: LIMITS.textIndexLeast,
    segmentEntries: LIMITS.textSegmentEntries,
    segmentDay: LIMITS.textSegmentDay,
    sliceMs: LIMITS.textSliceMs,
    ...settings,
  }
  const run = prepare(log, index)
  const segmentsOf = (org: number) => run.segments.all(org)

  /** The range from the first stored position to the head; null for an empty log. */
  const stored = (org: number): SeqRange | null => {
    const from = run.first.get(org) ?? null
    return from === null ? null : { from, to: run.head.get(org) ?? 0 }
  }

  /** The backlog of `advance`: gaps between segments, and the entries after the last one if there are at least `least`. */
  const waiting = (org: number, segments: readonly Segment[]): SeqRange[] => {
    const range = stored(org)
    if (range === null) return []
    return uncovered(segments, range).filter((gap) => gap.to < range.to || lengthOf([gap]) >= least)
  }

  const advance: IndexWriter['advance'] = (org) => {
    const segments = segmentsOf(org)
    const [gap, ...others] = waiting(org, segments)
    if (gap === undefined) return { indexed: 0, more: false }
    const before = segments.find(({ to }) => to === gap.from - 1)
    const { indexed, to } = index.transaction(() => fill(org, gap, before))()
    return { indexed, more: to < gap.to || others.length > 0 }
  }

  /** Segments end at midnight, so that retention drops whole segments, unless the day has too few entries for a table. */
  const isClosed = (entries: number, day: number, dayOfSegment: number | undefined) =>
    entries >= segmentEntries || (day !== dayOfSegment && entries >= segmentDay)

  /** Indexes entries from the beginning of the gap, until the slice ends or the segment is full. */
  const fill = (org: number, gap: SeqRange, before: Segment | undefined) => {
    const began = performance.now()
    let segment = before !== undefined && before.entries < segmentEntries ? before : undefined
    let insert = segment === undefined ? undefined : insertInto(segment.id)
    let dayOf = segment === undefined ? undefined : Math.floor((run.lastReceived.get(segment.id) ?? 0) / DAY_US)
    let indexed = 0
    let last: TextRow | undefined
    let ended = true
    for (const row of run.texts.iterate(org, gap.from, gap.to)) {
      const [seq, receivedAt, uid] = row
      const day = Math.floor(receivedAt / DAY_US)
      if (segment !== undefined && isClosed(segment.entries + indexed, day, dayOf)) {
        // The next slice begins a new segment.
        if (indexed > 0) {
          ended = false
          break
        }
        segment = undefined
      }
      if (segment === undefined || insert === undefined) {
        const id = Number(run.insertSegment.run(org, gap.from, gap.from, seq, uid, receivedAt).lastInsertRowid)
        index.exec(createTable(id))
        segment = { id, from: gap.from, to: gap.from, entries: 0 }
        insert = insertInto(id)
        dayOf = day
      }
      insert.run(seq, textOf(row))
      last = row
      indexed++
      if (performance.now() - began > sliceMs) {
        ended = false
        break
      }
    }
    const to = ended ? gap.to : (last?.[0] ?? gap.from)
    if (segment !== undefined && last !== undefined) {
      const [seq, receivedAt, uid] = last
      run.updateSegment.run(to, segment.entries + indexed, seq, uid, receivedAt, segment.id)
    } else if (before !== undefined) run.extend.run(to, before.id) // the gap holds no stored entry
    return { indexed, to }
  }

  const insertInto = (id: number) =>
    index.prepare<[seq: number, text: string]>(`insert into ${tableOf(id)} (rowid, text) values (?, ?)`)

  const drop = ({ id }: Segment) => {
    index.exec(`drop table ${tableOf(id)}`)
    run.deleteSegment.run(id)
  }

  const forget: IndexWriter['forget'] = (org, ranges) => {
    const concerned = segmentsOf(org).filter((segment) =>
      ranges.some(({ from, to }) => from <= segment.to && to >= segment.from),
    )
    for (const segment of concerned) index.transaction(() => drop(segment))()
    giveBackPages(index)
    // Needed even if nothing was dropped, since an earlier call may have failed here.
    if (!emptyLog(index))
      throw Object.assign(new Error('The full-text index is being read, so its WAL still holds erased text.'), {
        code: 'SQLITE_BUSY',
      })
  }

  const dropExpired: IndexWriter['dropExpired'] = (org) => {
    const first = run.first.get(org) ?? Number.POSITIVE_INFINITY
    for (const segment of segmentsOf(org)) {
      // A segment is dropped once half of its entries are gone, and the rest is indexed again. So little text outlives its entries.
      if (segment.from + (segment.to - segment.from) / 2 >= first) break
      index.transaction(() => drop(segment))()
    }
    giveBackPages(index)
  }

  return {
    advance,
    forget,
    dropExpired,
    progress(org) {
      const segments = segmentsOf(org)
      return {
        indexed: segments.reduce((sum, { entries }) => sum + entries, 0),
        behind: lengthOf(waiting(org, segments)),
      }
    },
  }
}

/** The table stores which entries contain a trigram, without positions and without the text. */
function createTable(segment: number): string {
  return `create virtual table ${tableOf(segment)}
    using fts5 (text, tokenize = 'trigram case_sensitive 1', content = '', columnsize = 0, detail = none)`
}

/** New segments reuse free pages. Pages are returned to the file system only if more than a quarter is free. */
function giveBackPages(index: Sqlite.Database): void {
  const [free, pages] = ['freelist_count', 'page_count'].map((name) => Number(index.pragma(name, { simple: true })))
  if (free !== undefined && pages !== undefined && free > pages / 4) index.exec('pragma incremental_vacuum')
}

/** Returns true once the WAL is copied into the file and truncated. */
function emptyLog(index: Sqlite.Database): boolean {
  return (index.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[])[0]?.busy === 0
}

function prepare(log: Sqlite.Database, index: Sqlite.Database) {
  return {
    head: log.prepare<[org: number], number>('select head_seq from org_heads where org = ?').pluck(),
    first: log.prepare<[org: number], number | null>('select min(seq) from entries where org = ?').pluck(),
    texts: log.prepare<[org: number, from: number, to: number], TextRow>(TEXTS).raw(),
    segments: index.prepare<[org: number], Segment>(
      'select id, from_seq as "from", to_seq as "to", entries from segments where org = ? order by from_seq',
    ),
    lastReceived: index.prepare<[id: number], number>('select last_received_at from segments where id = ?').pluck(),
    insertSegment: index.prepare<[org: number, from: number, to: number, seq: number, uid: string, receivedAt: number]>(
      `insert into segments (org, from_seq, to_seq, entries, last_seq, last_uid, last_received_at)
      values (?, ?, ?, 0, ?, ?, ?)`,
    ),
    updateSegment: index.prepare<
      [to: number, entries: number, seq: number, uid: string, receivedAt: number, id: number]
    >('update segments set to_seq = ?, entries = ?, last_seq = ?, last_uid = ?, last_received_at = ? where id = ?'),
    extend: index.prepare<[to: number, id: number]>('update segments set to_seq = ? where id = ?'),
    deleteSegment: index.prepare<[id: number]>('delete from segments where id = ?'),
  }
}
