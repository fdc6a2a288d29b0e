import type Sqlite from 'better-sqlite3'
import type { Dimension } from '../../../rollups.ts'
import {
  beginningOf,
  isAtCeiling,
  type MaxRiskScan,
  SCAN_ENTRIES,
  type ScanPosition,
  type StaleMax,
  staleRows,
} from './max-risk-scan.ts'
import { COARSER, type Grain, MINUTES } from './rollup-keys.ts'

/** The sums by which one roll-up row shrinks. */
export interface Decrement {
  readonly dimension: Dimension
  readonly minute: number
  readonly key: string
  count: number
  riskSum: number
  riskMax: number
}

export function addDecrement(decrements: Map<string, Decrement>, row: Decrement): void {
  const name = `${row.minute} ${row.dimension} ${row.key}`
  const sums = decrements.get(name)
  if (sums === undefined) decrements.set(name, row)
  else {
    sums.count += row.count
    sums.riskSum += row.riskSum
    sums.riskMax = Math.max(sums.riskMax, row.riskMax)
  }
}

/** Entries that one slice scans for new maxima. Rows that need more are stored as stale. */
const SCANNED_AT_MOST = 8 * SCAN_ENTRIES

export interface RollupDecrement {
  /** Decrements minutes, hours, and days. Call it after the entries were deleted. */
  decrement(org: number, decrements: Iterable<Decrement>): void
  /** Decrements hours and days, and recomputes their maxima from the finer grain. */
  decrementCoarser(org: number, decrements: readonly Decrement[]): void
  setMax(org: number, row: Pick<Decrement, 'dimension' | 'minute' | 'key' | 'riskMax'>): void
}

export function prepareDecrement(db: Sqlite.Database, scan: MaxRiskScan): RollupDecrement {
  const decrementMinute = prepareDecrementRow(db, MINUTES)
  const steps = COARSER.map((grain, index) => prepareDecrementGrain(db, grain, COARSER[index - 1] ?? MINUTES))
  const setMaxOf = db.prepare<[number, number, string, number, string]>(
    'update rollups set risk_max = ? where org = ? and dimension = ? and minute = ? and key = ?',
  )
  const markStale = db.prepare<[number, number, string, string]>(
    'insert or ignore into unsettled (org, minute, dimension, key) values (?, ?, ?, ?)',
  )
  const decrementCoarser: RollupDecrement['decrementCoarser'] = (org, decrements) => {
    let rows = decrements
    for (const step of steps) rows = step(org, rows)
  }
  const setMax: RollupDecrement['setMax'] = (org, { dimension, minute, key, riskMax }) =>
    void setMaxOf.run(riskMax, org, dimension, minute, key)

  return {
    decrementCoarser,
    setMax,
    decrement(org, decrements) {
      const rows = [...decrements]
      const byMinute = new Map<number, Omit<StaleMax, 'scannedMax'>[]>()
      for (const row of rows) {
        const { dimension, minute, key, riskMax } = row
        const ceiling = decrementMinute(org, row, minute)
        // Risks are never negative, so a maximum of 0 is correct.
        if (ceiling === undefined || ceiling === 0 || riskMax < ceiling) continue
        const ofMinute = byMinute.get(minute) ?? []
        byMinute.set(minute, ofMinute)
        ofMinute.push({ dimension, key, ceiling })
      }
      let stepsLeft = SCANNED_AT_MOST / SCAN_ENTRIES
      for (const [minute, concerned] of byMinute) {
        const stale = staleRows(concerned)
        let position: ScanPosition | undefined = beginningOf(minute)
        for (; position !== undefined && stepsLeft > 0; stepsLeft--)
          position = scan.scanMinute(org, minute, stale, position)
        for (const row of stale.byName.values()) {
          const { dimension, key, scannedMax } = row
          if (isAtCeiling(row)) continue
          if (position !== undefined) markStale.run(org, minute, dimension, key)
          else if (scannedMax !== null) setMax(org, { dimension, minute, key, riskMax: scannedMax })
        }
      }
      decrementCoarser(org, rows)
    },
  }
}

/** The returned function takes the decrements of the finer grain and returns those of this grain. */
function prepareDecrementGrain(
  db: Sqlite.Database,
  grain: Grain,
  finer: Grain,
): (org: number, decrements: readonly Decrement[]) => Decrement[] {
  const decrementRow = prepareDecrementRow(db, grain)
  const maxOfFiner = db
    .prepare<[number, string, string, number], [riskMax: number | null, lastMinute: number | null]>(
      `select max(risk_max), max(${finer.minutes > 1 ? 'last_minute' : 'minute'}) from ${finer.table}
         where org = ? and dimension = ? and key = ? and ${finer.column} in (
           with recursive step(at) as (select ? union all select at + 1 from step limit ${grain.minutes / finer.minutes})
           select at from step)`,
    )
    .raw(true)
  const setMax = db.prepare<[number, number, number, string, number, string]>(
    `update ${grain.table} set risk_max = ?, last_minute = ?
       where org = ? and dimension = ? and ${grain.column} = ? and key = ?`,
  )

  return (org, decrements) => {
    const rows = toGrain(decrements, grain)
    for (const row of rows) {
      const { dimension, minute, key } = row
      const at = minute / grain.minutes
      if (decrementRow(org, row, at) === undefined) continue
      const [riskMax, lastMinute] = maxOfFiner.get(org, dimension, key, minute / finer.minutes) ?? [null, null]
      if (riskMax !== null && lastMinute !== null) setMax.run(riskMax, lastMinute, org, dimension, at, key)
    }
    return rows
  }
}

/** Sums decrements by the first minute of each of the grain's rows. */
function toGrain(decrements: readonly Decrement[], { minutes }: Grain): Decrement[] {
  const sums = new Map<string, Decrement>()
  for (const row of decrements) {
    const minute = Math.floor(row.minute / minutes) * minutes
    addDecrement(sums, { ...row, minute })
  }
  return [...sums.values()]
}

/** Decrements one row and deletes it at zero. Returns the row's maximum risk, or undefined if the row is gone. */
function prepareDecrementRow(db: Sqlite.Database, { table, column }: Grain) {
  const isRow = `org = ? and dimension = ? and ${column} = ? and key = ?`
  const update = db
    .prepare<[number, number, number, string, number, string], [count: number, riskMax: number]>(
      `update ${table} set count = count - ?, risk_sum = risk_sum - ? where ${isRow} returning count, risk_max`,
    )
    .raw(true)
  const remove = db.prepare<[number, string, number, string]>(`delete from ${table} where ${isRow}`)
  return (org: number, { dimension, key, count, riskSum }: Decrement, at: number): number | undefined => {
    const left = update.get(count, riskSum, org, dimension, at, key)
    if (left !== undefined && left[0] <= 0) remove.run(org, dimension, at, key)
    return left === undefined || left[0] <= 0 ? undefined : left[1]
  }
}
