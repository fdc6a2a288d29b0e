import type Sqlite from 'better-sqlite3'
import type { Dimension } from '../../../rollups.ts'
import { beginningOf, isAtCeiling, type Largest, LOOKED_UP, type Place, type Sought, soughtRows } from './largest.ts'
import { COARSER, type Grain, MINUTES } from './rollup-keys.ts'

/** What one row of the roll-ups loses. */
export interface Taken {
  readonly dimension: Dimension
  readonly minute: number
  readonly key: string
  count: number
  riskSum: number
  riskMax: number
}

export function add(taken: Map<string, Taken>, row: Taken): void {
  const name = `${row.minute} ${row.dimension} ${row.key}`
  const sums = taken.get(name)
  if (sums === undefined) taken.set(name, row)
  else {
    sums.count += row.count
    sums.riskSum += row.riskSum
    sums.riskMax = Math.max(sums.riskMax, row.riskMax)
  }
}

/** Entries that a slice looks at for what is largest now; the rows for which they do not suffice are left unsettled. */
const LOOKED_AT = 8 * LOOKED_UP

export interface Subtraction {
  /** Counts off minutes, then what they are summed up in. The entries must be gone. */
  subtract(org: number, taken: Iterable<Taken>): void
  /** Counts off what minutes are summed up in, and sets what is largest there from them. */
  coarser(org: number, taken: readonly Taken[]): void
  setMax(org: number, row: Pick<Taken, 'dimension' | 'minute' | 'key' | 'riskMax'>): void
}

export function prepareSubtraction(db: Sqlite.Database, largest: Largest): Subtraction {
  const countOff = prepareCountOff(db, MINUTES)
  const steps = COARSER.map((grain, index) => prepareCoarser(db, grain, COARSER[index - 1] ?? MINUTES))
  const setMaxOf = db.prepare<[number, number, string, number, string]>(
    'update rollups set risk_max = ? where org = ? and dimension = ? and minute = ? and key = ?',
  )
  const leaveUnsettled = db.prepare<[number, number, string, string]>(
    'insert or ignore into unsettled (org, minute, dimension, key) values (?, ?, ?, ?)',
  )
  const coarser: Subtraction['coarser'] = (org, taken) => {
    let rows = taken
    for (const step of steps) rows = step(org, rows)
  }
  const setMax: Subtraction['setMax'] = (org, { dimension, minute, key, riskMax }) =>
    void setMaxOf.run(riskMax, org, dimension, minute, key)

  return {
    coarser,
    setMax,
    subtract(org, taken) {
      const rows = [...taken]
      const byMinute = new Map<number, Omit<Sought, 'most'>[]>()
      for (const row of rows) {
        const { dimension, minute, key, riskMax } = row
        const left = countOff(org, row, minute)
        // No risk is below 0.
        if (left === undefined || left === 0 || riskMax < left) continue
        const ofMinute = byMinute.get(minute) ?? []
        byMinute.set(minute, ofMinute)
        ofMinute.push({ dimension, key, ceiling: left })
      }
      let looks = LOOKED_AT / LOOKED_UP
      for (const [minute, concerned] of byMinute) {
        const sought = soughtRows(concerned)
        let place: Place | undefined = beginningOf(minute)
        for (; place !== undefined && looks > 0; looks--) place = largest.look(org, minute, sought, place)
        for (const row of sought.byName.values()) {
          const { dimension, key, most } = row
          if (isAtCeiling(row)) continue
          if (place !== undefined) leaveUnsettled.run(org, minute, dimension, key)
          else if (most !== null) setMax(org, { dimension, minute, key, riskMax: most })
        }
      }
      coarser(org, rows)
    },
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
