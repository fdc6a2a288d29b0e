import type Sqlite from 'better-sqlite3'
import { sql } from 'kysely'
import { LIMITS } from '../../../limits.ts'
import { DIMENSIONS } from '../../../rollups.ts'
import { statements } from '../connection/statements.ts'
import type { BackgroundRequest, RemovedSlice } from '../threads/protocol.ts'
import { type RemovableEntry, prepareRemoval } from './removal.ts'
import { DAY_MINUTES, type Grain, GRAINS, MINUTE } from '../rollups/rollup-keys.ts'

type Request<Type extends BackgroundRequest['type']> = Extract<BackgroundRequest, { readonly type: Type }>

/** Slices are seldom larger. */
const ENTRIES_PER_LOOKUP = 64

/** Removes the entries received first; see `BackgroundRequest`. Roll-ups keep counting purged entries. */
export function preparePurge(db: Sqlite.Database): (request: Request<'purge'>) => RemovedSlice {
  const remove = prepareRemoval(db)
  const oldest = db.prepare<[number, number, number], RemovableEntry>(
    statements
      .selectFrom('entries')
      .innerJoin('payloads', 'payloads.pos', 'entries.pos')
      .select(['entries.pos', 'entries.seq', 'payloads.size'])
      .where('entries.org', '=', 0)
      .where('entries.received_at', '<', 0)
      .orderBy('entries.received_at')
      .orderBy('entries.seq')
      .limit(ENTRIES_PER_LOOKUP)
      .compile().sql,
  )
  const stored = db
    .prepare<[number], [bytes: number]>(
      statements.selectFrom('org_heads').select('bytes').where('org', '=', 0).compile().sql,
    )
    .raw(true)

  return ({ org, receivedBefore, maxBytes, most }) => {
    const before = maxBytes === null ? 0 : (stored.get(org)?.[0] ?? 0)
    return remove({
      org,
      reason: 'retention',
      next: () => oldest.all(org, receivedBefore, ENTRIES_PER_LOOKUP),
      shouldContinue: ({ entries, bytes }) => entries < most && (maxBytes === null || before - bytes > maxBytes),
    })
  }
}

/** Rows that the first slice removes. Later slices adapt to the time that the previous one took. */
const FIRST_ROWS = 500
const LEAST_ROWS = 100
/**
 * A slice that finds nothing to remove is quick and would raise the number without end: after some sixty of them it is
 * no longer an integer that SQLite takes. More than this is never removed within `LIMITS.backgroundMs`.
 */
const MOST_ROWS = 20_000

/**
 * Removes roll-up rows of whole days, finest grain first, so that no day is left in part; see `BackgroundRequest`. It
 * never touches the day of the oldest entry or a later one.
 */
export function prepareTrim(db: Sqlite.Database): (request: Request<'trim'>) => RemovedSlice {
  const firstAt = db
    .prepare<[number], [at: number | null]>(
      statements
        .selectFrom('entries')
        .select((eb) => eb.fn.min('at').as('at'))
        .where('org', '=', 0)
        .compile().sql,
    )
    .raw(true)
  const deletions = GRAINS.map((grain) => ({ minutes: grain.minutes, of: deletion(db, grain) }))
  let rows = FIRST_ROWS

  return ({ org, before }) => {
    const began = performance.now()
    const day = Math.floor(Math.min(before, firstAt.get(org)?.[0] ?? before) / (MINUTE * DAY_MINUTES))
    let removed = 0
    let left = rows
    db.transaction(() => {
      for (const { of, minutes } of deletions)
        for (const dimension of LAST_FIRST) {
          if (left === 0) return
          const { changes } = of.run(org, dimension, (day * DAY_MINUTES) / minutes, left)
          removed += changes
          left -= changes
        }
    }).immediate()
    const tookMs = performance.now() - began
    const fitting = Math.round((rows * LIMITS.backgroundMs) / Math.max(tookMs, 1))
    rows = Math.max(LEAST_ROWS, Math.min(rows * 2, fitting, MOST_ROWS))
    return { removed, bytes: 0, ranges: 0, more: left === 0 }
  }
}

/** `all` comes last: while it has a row of a day, other rows of that day may remain. See `retentionStore.standing`. */
const LAST_FIRST = DIMENSIONS.toReversed()

function deletion(db: Sqlite.Database, { table, column }: Grain) {
  const at = sql.ref(column)
  const { sql: text } = sql`
    delete from ${sql.table(table)} where (org, dimension, ${at}, key) in (
      select org, dimension, ${at}, key from ${sql.table(table)}
      where org = ${0} and dimension = ${''} and ${at} < ${0} limit ${0})`.compile(statements)
  return db.prepare<[org: number, dimension: string, before: number, most: number]>(text)
}
