import type Sqlite from 'better-sqlite3'
import { type RawBuilder, sql } from 'kysely'
import { DIMENSIONS, type Dimension } from '../../rollups.ts'
import { statements } from './compile.ts'
import type { BackgroundRequest, RemovedSlice } from './protocol.ts'
import { type Doomed, prepareRemoval } from './removal.ts'
import { COARSER, type Grain, MINUTE, MINUTES, type RolledUp, rollupKeys, UPPER_MEDIUM } from './rollup-keys.ts'

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
  for (const [dimension, key] of rollupKeys({ ...entry, rules }))
    add(taken, { dimension, minute, key, count: 1, riskSum: risk, riskMax: risk })
}

function add(taken: Map<string, Taken>, row: Taken): void {
  const name = `${row.minute} ${row.dimension} ${row.key}`
  const sums = taken.get(name)
  if (sums === undefined) taken.set(name, row)
  else {
    sums.count += row.count
    sums.riskSum += row.riskSum
    sums.riskMax = Math.max(sums.riskMax, row.riskMax)
  }
}

/** Counts off minutes, then what they are summed up in. The entries must be gone: what is largest now is looked for among those that stay. */
function prepareSubtraction(db: Sqlite.Database): (org: number, taken: Iterable<Taken>) => void {
  const minutes = prepareMinutes(db)
  const coarser = COARSER.map((grain, index) => prepareCoarser(db, grain, COARSER[index - 1] ?? MINUTES))

  return (org, taken) => {
    let rows = [...taken]
    for (const row of rows) minutes(org, row)
    for (const subtract of coarser) rows = subtract(org, rows)
  }
}

function prepareMinutes(db: Sqlite.Database): (org: number, row: Taken) => void {
  const countOff = prepareCountOff(db, MINUTES)
  const largest = new Map(DIMENSIONS.map((dimension) => [dimension, prepareLargest(db, dimension)]))
  const setMax = db.prepare<[number, number, string, number, string]>(
    'update rollups set risk_max = ? where org = ? and dimension = ? and minute = ? and key = ?',
  )
  return (org, row) => {
    const { dimension, minute, key, riskMax } = row
    const left = countOff(org, row, minute)
    if (left === undefined || riskMax < left) return
    const now = largest.get(dimension)?.(org, minute, key, left)
    if (now !== undefined && now !== left) setMax.run(now, org, dimension, minute, key)
  }
}

/** The returned function takes what the finer grain lost, and tells what this one has lost. */
function prepareCoarser(
  db: Sqlite.Database,
  grain: Grain,
  finer: Grain,
): (org: number, taken: readonly Taken[]) => Taken[] {
  const countOff = prepareCountOff(db, grain)
  const most = db
    .prepare<[number, string, string, number], [riskMax: number | null, lastMinute: number | null]>(
      `select max(risk_max), max(${finer.minutes > 1 ? 'last_minute' : 'minute'}) from ${finer.table}
         where org = ? and dimension = ? and key = ? and ${finer.column} in (
           with recursive step(at) as (select ? union all select at + 1 from step limit ${grain.minutes / finer.minutes})
           select at from step)`,
    )
    .raw(true)
  const setMost = db.prepare<[number, number, number, string, number, string]>(
    `update ${grain.table} set risk_max = ?, last_minute = ?
       where org = ? and dimension = ? and ${grain.column} = ? and key = ?`,
  )

  return (org, taken) => {
    const rows = summedUp(taken, grain)
    for (const row of rows) {
      const { dimension, minute, key } = row
      const at = minute / grain.minutes
      if (countOff(org, row, at) === undefined) continue
      const [riskMax, lastMinute] = most.get(org, dimension, key, minute / finer.minutes) ?? [null, null]
      if (riskMax !== null && lastMinute !== null) setMost.run(riskMax, lastMinute, org, dimension, at, key)
    }
    return rows
  }
}

/** Each row at the minute that the grain's one begins with. */
function summedUp(taken: readonly Taken[], { minutes }: Grain): Taken[] {
  const sums = new Map<string, Taken>()
  for (const row of taken) {
    const minute = Math.floor(row.minute / minutes) * minutes
    add(sums, { ...row, minute })
  }
  return [...sums.values()]
}

/** Counts off one row, which goes when nothing is left of it; else its largest risk as it stands. */
function prepareCountOff(db: Sqlite.Database, { table, column }: Grain) {
  const isRow = `org = ? and dimension = ? and ${column} = ? and key = ?`
  const subtract = db
    .prepare<[number, number, number, string, number, string], [count: number, riskMax: number]>(
      `update ${table} set count = count - ?, risk_sum = risk_sum - ? where ${isRow} returning count, risk_max`,
    )
    .raw(true)
  const remove = db.prepare<[number, string, number, string]>(`delete from ${table} where ${isRow}`)
  return (org: number, { dimension, key, count, riskSum }: Taken, at: number): number | undefined => {
    const left = subtract.get(count, riskSum, org, dimension, at, key)
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
