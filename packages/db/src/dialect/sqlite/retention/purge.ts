import type Sqlite from 'better-sqlite3'
import { sql } from 'kysely'
import { LIMITS } from '../../../limits.ts'
import { DIMENSIONS } from '../../../rollups.ts'
import { statements } from '../connection/compile.ts'
import type { BackgroundRequest, RemovedSlice } from '../threads/protocol.ts'
import { type Doomed, prepareRemoval } from './removal.ts'
import { DAY_MINUTES, type Grain, GRAINS, MINUTE } from '../rollups/rollup-keys.ts'

type Request<Type extends BackgroundRequest['type']> = Extract<BackgroundRequest, { readonly type: Type }>

/** Entries looked up at a time: a slice is seldom larger. */
const LOOKED_UP = 64

/** Removes what arrived first; see `BackgroundRequest`. Roll-ups stay: they say what was, not what is kept. */
export function preparePurge(db: Sqlite.Database): (request: Request<'purge'>) => RemovedSlice {
  const remove = prepareRemoval(db)
  const oldest = db.prepare<[number, number, number], Doomed>(
    statements
      .selectFrom('entries')
      .innerJoin('payloads', 'payloads.pos', 'entries.pos')
      .select(['entries.pos', 'entries.seq', 'payloads.size'])
      .where('entries.org', '=', 0)
      .where('entries.received_at', '<', 0)
      .orderBy('entries.received_at')
      .orderBy('entries.seq')
      .limit(LOOKED_UP)
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
      next: () => oldest.all(org, receivedBefore, LOOKED_UP),
      goesOn: ({ entries, bytes }) => entries < most && (maxBytes === null || before - bytes > maxBytes),
    })
  }
}

/** Rows of one dimension that a first slice removes; more or fewer later, by the time it took. */
const FIRST_ROWS = 500
const LEAST_ROWS = 100
/**
 * A slice that finds nothing to remove is quick and would raise the number without end: after some sixty of them it is
 * no longer an integer that SQLite takes. More than this is never removed within `LIMITS.backgroundMs`.
 */
const MOST_ROWS = 20_000

/**
 * Removes roll-up rows of whole days, from the finest grain on, so that what is left of a day is all of it or nothing; see
 * `BackgroundRequest`. No day with or after the oldest entry is touched.
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

/** `all` last: as long as it has a row of a day, something of that day may be left. See `retentionStore.standing`. */
const LAST_FIRST = DIMENSIONS.toReversed()

function deletion(db: Sqlite.Database, { table, column }: Grain) {
  const at = sql.ref(column)
  const { sql: text } = sql`
    delete from ${sql.table(table)} where (org, dimension, ${at}, key) in (
      select org, dimension, ${at}, key from ${sql.table(table)}
      where org = ${0} and dimension = ${''} and ${at} < ${0} limit ${0})`.compile(statements)
  return db.prepare<[org: number, dimension: string, before: number, most: number]>(text)
}
