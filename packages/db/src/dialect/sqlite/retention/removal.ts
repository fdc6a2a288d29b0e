import type Sqlite from 'better-sqlite3'
import { sql } from 'kysely'
import { LIMITS } from '../../../limits.ts'
import type { SeqRange } from '../../../log-store.ts'
import { statements } from '../connection/statements.ts'
import type { RemovedSlice } from '../threads/protocol.ts'

export interface RemovableEntry {
  readonly pos: number
  readonly seq: number
  /** Payload bytes. */
  readonly size: number
}

export interface Removal {
  readonly org: number
  readonly reason: 'retention' | 'erased'
  /** The next entries in order, or none at the end. Called again once these are removed. */
  next(): readonly RemovableEntry[]
  /** Returns false to end the removal before the next entry. */
  shouldContinue?(removed: { readonly entries: number; readonly bytes: number }): boolean
  beforeDelete?(entry: RemovableEntry): void
  /** Runs after the entries are deleted, in the same transaction. */
  afterDelete?(): void
}

/** The smallest slice. On a slow disk a commit alone may take the time of a slice, and purging must still keep up. */
const LEAST_ENTRIES = 8
const LEAST_MS = LIMITS.backgroundMs / 4

/**
 * Removes entries with their payloads and matches for `LIMITS.backgroundMs`, then decrements the counters, records the
 * gaps, and clears the leaves of batches that have no entry left, all in one transaction. The time that remains after the
 * last entry, mostly the commit, is estimated from the previous slice.
 */
export function prepareRemoval(db: Sqlite.Database): (removal: Removal) => RemovedSlice {
  const run = prepare(db)
  let finishMs = LIMITS.backgroundMs / 2
  let finishEntries = LEAST_ENTRIES

  return (removal) => {
    const began = performance.now()
    const isOver = (entries: number) => {
      const estimatedMs = finishMs * Math.max(1, entries / finishEntries)
      return performance.now() - began > Math.max(LEAST_MS, LIMITS.backgroundMs - estimatedMs)
    }
    run.begin.run()
    try {
      const seqs: number[] = []
      let bytes = 0
      let more = false
      for (const entry of upcoming(removal)) {
        if (removal.shouldContinue?.({ entries: seqs.length, bytes }) === false) break
        more = seqs.length >= LEAST_ENTRIES && isOver(seqs.length)
        if (more) break
        removal.beforeDelete?.(entry)
        run.deleteMatches.run(entry.pos)
        run.deletePayload.run(entry.pos)
        run.deleteEntry.run(entry.pos)
        seqs.push(entry.seq)
        bytes += entry.size
      }
      const finishing = performance.now()
      if (seqs.length > 0) {
        removal.afterDelete?.()
        run.updateHead.run(seqs.length, bytes, removal.org)
        for (const range of rangesOf(seqs)) {
          recordGap(run, removal, range)
          run.dropLeaves.run(removal.org, range.from, removal.org, range.to)
        }
      }
      run.commit.run()
      if (seqs.length > 0) {
        finishMs = performance.now() - finishing
        finishEntries = seqs.length
      }
      return { removed: seqs.length, bytes, ranges: 0, more }
    } catch (error) {
      if (db.inTransaction) run.rollback.run()
      throw error
    }
  }
}

function* upcoming({ next }: Removal): Generator<RemovableEntry, void> {
  for (let entries = next(); entries.length > 0; entries = next()) yield* entries
}

function rangesOf(positions: readonly number[]): SeqRange[] {
  const ranges: { from: number; to: number }[] = []
  for (const seq of [...positions].sort((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last !== undefined && seq === last.to + 1) last.to = seq
    else ranges.push({ from: seq, to: seq })
  }
  return ranges
}

/** Merges the gap with adjacent gaps of the same reason, so that years of purging leave one row instead of one per slice. */
function recordGap(run: ReturnType<typeof prepare>, { org, reason }: Removal, { from, to }: SeqRange): void {
  const before = run.gapBefore.get(org, reason, from - 1)
  const after = run.gapAfter.get(org, reason, to + 1)
  if (before !== undefined) run.deleteGap.run(org, before[0])
  if (after !== undefined) run.deleteGap.run(org, after[0])
  run.insertGap.run(org, before?.[0] ?? from, after?.[1] ?? to, reason)
}

function prepare(db: Sqlite.Database) {
  const gaps = statements
    .selectFrom('gaps')
    .select(['from_seq', 'to_seq'])
    .where('org', '=', 0)
    .where('reason', '=', '')
  const gap = (compilable: { compile(): { sql: string } }) =>
    db.prepare<[number, string, number], [from: number, to: number]>(compilable.compile().sql).raw(true)
  const deleteBy = (table: 'matches' | 'payloads' | 'entries') =>
    db.prepare<[number]>(statements.deleteFrom(table).where('pos', '=', 0).compile().sql)
  return {
    begin: db.prepare('begin immediate'),
    commit: db.prepare('commit'),
    rollback: db.prepare('rollback'),
    deleteMatches: deleteBy('matches'),
    deletePayload: deleteBy('payloads'),
    deleteEntry: deleteBy('entries'),
    updateHead: db.prepare<[entries: number, bytes: number, org: number]>(
      'update org_heads set entries = entries - ?, bytes = bytes - ? where org = ?',
    ),
    /** Gaps do not overlap, so the gap that ends just before is the last one that begins before. */
    gapBefore: gap(gaps.where('to_seq', '=', 0).orderBy('from_seq', 'desc').limit(sql.lit(1))),
    gapAfter: gap(gaps.where('from_seq', '=', 0)),
    deleteGap: db.prepare<[number, number]>(
      statements.deleteFrom('gaps').where('org', '=', 0).where('from_seq', '=', 0).compile().sql,
    ),
    insertGap: db.prepare<[number, number, number, string]>(
      statements.insertInto('gaps').values({ org: 0, from_seq: 0, to_seq: 0, reason: '' }).compile().sql,
    ),
    dropLeaves: db.prepare<[org: number, from: number, org: number, to: number]>(
      `update chain set leaves = null where org = ? and to_seq >= ?
         and to_seq <= (select coalesce(min(to_seq), ${Number.MAX_SAFE_INTEGER}) from chain where org = ? and to_seq >= ?)
         and leaves is not null
         and not exists (select 1 from entries where entries.org = chain.org
           and entries.seq >= chain.from_seq and entries.seq <= chain.to_seq)`,
    ),
  }
}
