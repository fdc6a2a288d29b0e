import type Sqlite from 'better-sqlite3'
import { type RawBuilder, sql } from 'kysely'
import { DIMENSIONS, type Dimension } from '../../rollups.ts'
import { statements } from './compile.ts'
import type { BackgroundRequest, RemovedSlice } from './protocol.ts'
import { type Doomed, prepareRemoval } from './removal.ts'
import { HOUR_MINUTES, MINUTE, type RolledUp, rollupKeys, UPPER_MEDIUM } from './rollup-keys.ts'

type Request = Extract<BackgroundRequest, { readonly type: 'erase' }>

/** An entry that goes, with what the roll-ups know of it. */
interface Erased extends Doomed, Omit<RolledUp, 'rules'> {
  readonly at: number
}

const LOOKED_UP = 64

/**
 * Removes all entries in ranges of seq, and takes them out of the roll-ups: of what was asked to be gone no count, and
 * no name that only it had, may be left.
 */
export function prepareErase(db: Sqlite.Database): (request: Request) => RemovedSlice {
  const remove = prepareRemoval(db)
  const within = db.prepare<[number, number, number, number], Erased>(
    statements
      .selectFrom('entries')
      .innerJoin('payloads', 'payloads.pos', 'entries.pos')
      .select(['entries.pos', 'seq', 'size', 'at', 'sender', 'receiver', 'kind', 'band', 'risk'])
      .where('org', '=', 0)
      .where('seq', '>=', 0)
      .where('seq', '<=', 0)
      .orderBy('seq')
      .limit(LOOKED_UP)
      .compile().sql,
  )
  const rulesOf = db
    .prepare<[number], string>(
      statements.selectFrom('matches').select('rule_id').where('pos', '=', 0).where('filtered_by', 'is', null).compile()
        .sql,
    )
    .pluck(true)
  const subtract = prepareSubtraction(db)

  return ({ org, ranges }) => {
    const taken = new Map<string, Taken>()
    const found = new Map<number, Erased>()
    let range = 0
    const slice = remove({
      org,
      reason: 'erased',
      next() {
        for (; range < ranges.length; range++) {
          const { from, to } = ranges[range] ?? { from: 1, to: 0 }
          const entries = within.all(org, from, to, LOOKED_UP)
          for (const entry of entries) found.set(entry.pos, entry)
          if (entries.length > 0) return entries
        }
        return []
      },
      before({ pos }) {
        const entry = found.get(pos)
        if (entry !== undefined) take(taken, entry, rulesOf.all(pos))
      },
      finish: () => subtract(org, taken.values()),
    })
    return { ...slice, ranges: range }
  }
}

/** What one row of the roll-ups loses. */
interface Taken {
  readonly dimension: Dimension
  readonly minute: number
  readonly key: string
  count: number
  riskSum: number
  riskMax: number
}

function take(taken: Map<string, Taken>, entry: Erased, rules: readonly string[]): void {
  const minute = Math.floor(entry.at / MINUTE)
  const { risk } = entry
  for (const [dimension, key] of rollupKeys({ ...entry, rules })) {
    const name = `${minute} ${dimension} ${key}`
    const row = taken.get(name)
    if (row === undefined) taken.set(name, { dimension, minute, key, count: 1, riskSum: risk, riskMax: risk })
    else {
      row.count++
      row.riskSum += risk
      row.riskMax = Math.max(row.riskMax, risk)
    }
  }
}

/** Counts off minutes and their hours. The entries must be gone: what is largest now is looked for among those that stay. */
function prepareSubtraction(db: Sqlite.Database): (org: number, taken: Iterable<Taken>) => void {
  const minutes = rollup(db, 'rollups', 'minute')
  const hours = rollup(db, 'rollup_hours', 'hour')
  const largest = new Map(DIMENSIONS.map((dimension) => [dimension, prepareLargest(db, dimension)]))
  const setMax = db.prepare<[number, number, string, number, string]>(
    'update rollups set risk_max = ? where org = ? and dimension = ? and minute = ? and key = ?',
  )
  const ofHour = db
    .prepare<[number, string, string, number], [riskMax: number | null, lastMinute: number | null]>(
      `select max(risk_max), max(minute) from rollups where org = ? and dimension = ? and key = ?
         and minute in (with recursive m(minute) as (select ? union all select minute + 1 from m limit ${HOUR_MINUTES})
           select minute from m)`,
    )
    .raw(true)
  const setHour = db.prepare<[number, number, number, string, number, string]>(
    'update rollup_hours set risk_max = ?, last_minute = ? where org = ? and dimension = ? and hour = ? and key = ?',
  )

  return (org, taken) => {
    const byHour = new Map<string, Taken>()
    for (const row of taken) {
      const { dimension, minute, key, count, riskSum, riskMax } = row
      const left = minutes(org, row, minute)
      if (left !== undefined && riskMax >= left) {
        const now = largest.get(dimension)?.(org, minute, key, left)
        if (now !== undefined && now !== left) setMax.run(now, org, dimension, minute, key)
      }
      const hour = Math.floor(minute / HOUR_MINUTES)
      const name = `${hour} ${dimension} ${key}`
      const sums = byHour.get(name)
      if (sums === undefined) byHour.set(name, { ...row, minute: hour })
      else {
        sums.count += count
        sums.riskSum += riskSum
      }
    }
    for (const row of byHour.values()) {
      const { dimension, minute: hour, key } = row
      if (hours(org, row, hour) === undefined) continue
      const [riskMax, lastMinute] = ofHour.get(org, dimension, key, hour * HOUR_MINUTES) ?? [null, null]
      if (riskMax !== null && lastMinute !== null) setHour.run(riskMax, lastMinute, org, dimension, hour, key)
    }
  }
}

/** Counts off one row, which goes when nothing is left of it; else its largest risk as it stands. */
function rollup(db: Sqlite.Database, table: 'rollups' | 'rollup_hours', column: 'minute' | 'hour') {
  const isRow = `org = ? and dimension = ? and ${column} = ? and key = ?`
  const countOff = db
    .prepare<[number, number, number, string, number, string], [count: number, riskMax: number]>(
      `update ${table} set count = count - ?, risk_sum = risk_sum - ? where ${isRow} returning count, risk_max`,
    )
    .raw(true)
  const remove = db.prepare<[number, string, number, string]>(`delete from ${table} where ${isRow}`)
  return (org: number, { dimension, key, count, riskSum }: Taken, at: number): number | undefined => {
    const left = countOff.get(count, riskSum, org, dimension, at, key)
    if (left !== undefined && left[0] <= 0) remove.run(org, dimension, at, key)
    return left === undefined || left[0] <= 0 ? undefined : left[1]
  }
}

/**
 * The largest risk of a minute's entries under a key, undefined where none is stored any more. Most often another entry
 * has the same risk, which is found at once; else all of the minute are looked at.
 */
function prepareLargest(db: Sqlite.Database, dimension: Dimension) {
  const condition = conditionOf(dimension)
  const entries = sql`from entries where org = ${0} and at >= ${0} and at < ${0} and ${condition.sql}`
  const prepareOne = <Row>(text: RawBuilder<unknown>) =>
    db.prepare<(string | number)[], Row>(text.compile(statements).sql).pluck(true)
  const same = prepareOne<number>(sql`select 1 ${entries} and risk = ${0} limit 1`)
  const most = prepareOne<number | null>(sql`select max(risk) ${entries}`)
  return (org: number, minute: number, key: string, before: number): number | undefined => {
    const parameters = [org, minute * MINUTE, (minute + 1) * MINUTE, ...(condition.hasKey ? [key] : [])]
    return same.get(...parameters, before) === undefined ? (most.get(...parameters) ?? undefined) : before
  }
}

function conditionOf(dimension: Dimension): { readonly sql: RawBuilder<unknown>; readonly hasKey: boolean } {
  switch (dimension) {
    case 'all':
      return { sql: sql`true`, hasKey: false }
    case 'upper_medium':
      return { sql: sql`band = 'medium' and risk >= ${sql.lit(UPPER_MEDIUM)}`, hasKey: false }
    case 'rule':
      return {
        sql: sql`exists (select 1 from matches where matches.pos = entries.pos and rule_id = ${''} and filtered_by is null)`,
        hasKey: true,
      }
    default:
      return { sql: sql`${sql.ref(dimension)} = ${''}`, hasKey: true }
  }
}
