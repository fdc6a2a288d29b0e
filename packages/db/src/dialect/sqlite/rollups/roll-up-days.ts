import type Sqlite from 'better-sqlite3'
import { LIMITS } from '../../../limits.ts'
import { DIMENSIONS } from '../../../rollups.ts'
import { DAY_MINUTES, MINUTE } from './rollup-keys.ts'

/** By dimension, the day up to which days are rolled up. */
export type RolledUntil = ReadonlyMap<string, number>

/**
 * Sums days from their hours once they are over, so that entries of the current day do not update an additional row per
 * key. Late entries are added to the days that exist. The returned function runs in a transaction of appends, before
 * their hours are written. It writes about `LIMITS.rolledRows` rows at most; the next call continues.
 */
export function prepareRollUpDays(db: Sqlite.Database): (org: number, receivedAt: number) => RolledUntil {
  const untilOf = db
    .prepare<[number], [string, number]>('select dimension, until from rolled_days where org = ?')
    .raw(true)
  const nextDay = db
    .prepare<[number, string, number], number | null>(
      'select min(hour) / 24 from rollup_hours where org = ? and dimension = ? and hour >= ?',
    )
    .pluck(true)
  const sumUp = db.prepare<[number, number, string, number, number]>(
    `insert into rollup_days (org, dimension, day, key, count, risk_sum, risk_max, last_minute)
       select org, dimension, ?, key, sum(count), sum(risk_sum), max(risk_max), max(last_minute)
       from rollup_hours where org = ? and dimension = ? and hour >= ? and hour < ? group by key`,
  )
  const advance = db.prepare<[number, string, number]>(
    'insert into rolled_days (org, dimension, until) values (?, ?, ?) on conflict (org, dimension) do update set until = excluded.until',
  )

  // Only orgs that had nothing left to do, since the transaction may still be rolled back.
  const complete = new Map<number, { readonly today: number; readonly until: RolledUntil }>()

  return (org, receivedAt) => {
    const today = Math.floor(receivedAt / (MINUTE * DAY_MINUTES))
    const known = complete.get(org)
    if (known !== undefined && today <= known.today) return known.until

    const untilByDimension = new Map(untilOf.all(org))
    if (DIMENSIONS.every((dimension) => (untilByDimension.get(dimension) ?? 0) >= today)) {
      complete.set(org, { today, until: untilByDimension })
      return untilByDimension
    }
    complete.delete(org)
    let rows = 0
    for (const dimension of DIMENSIONS) {
      let until = untilByDimension.get(dimension) ?? 0
      while (until < today && rows < LIMITS.rolledRows) {
        const day = Math.min(nextDay.get(org, dimension, until * 24) ?? today, today)
        if (day < today) rows += sumUp.run(day, org, dimension, day * 24, (day + 1) * 24).changes
        until = Math.min(day + 1, today)
        advance.run(org, dimension, until)
        untilByDimension.set(dimension, until)
      }
    }
    return untilByDimension
  }
}
