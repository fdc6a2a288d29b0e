import type Sqlite from 'better-sqlite3'
import { LIMITS } from '../../../limits.ts'
import type { Dimension } from '../../../rollups.ts'
import type { RollupDecrement } from './decrement.ts'
import {
  beginningOf,
  isAtCeiling,
  type MaxRiskScan,
  type ScanPosition,
  type StaleMax,
  type StaleRows,
  staleRows,
} from './max-risk-scan.ts'

/** The scan of one minute: first its entries, then the entries that arrived during the scan. */
interface Pass {
  readonly org: number
  readonly minute: number
  readonly stale: StaleRows
  /** Undefined once the minute is scanned. */
  position: ScanPosition | undefined
  /** The last `seq` whose entry is included. */
  seq: number
}

export interface MaxRecompute {
  /** Runs one slice. Returns false once the org has no stale row. */
  recompute(org: number): boolean
  /** Discards the scan in progress. Call it whenever entries are removed, since the scan may include them. */
  reset(): void
}

/**
 * When the entry with the highest risk of a minute is erased, the next highest must be found among all other entries of
 * that minute. An import may have stored a million of them. The stale rows are listed in the table `unsettled` until then,
 * so a crash loses none of them, and they show the old risk meanwhile. Each minute is scanned once for all of its rows.
 */
export function prepareMaxRecompute(
  db: Sqlite.Database,
  scan: MaxRiskScan,
  { decrementCoarser, setMax }: RollupDecrement,
): MaxRecompute {
  const nextMinute = db.prepare<[number], number | null>('select min(minute) from unsettled where org = ?').pluck(true)
  const rowsOf = db.prepare<[number, number], { dimension: Dimension; key: string; ceiling: number | null }>(
    `select u.dimension, u.key, r.risk_max as ceiling from unsettled u left join rollups r
       on r.org = u.org and r.dimension = u.dimension and r.minute = u.minute and r.key = u.key
       where u.org = ? and u.minute = ?`,
  )
  const head = db.prepare<[number], number>('select head_seq from org_heads where org = ?').pluck(true)
  const remove = db.prepare<[number, number, string, string]>(
    'delete from unsettled where org = ? and minute = ? and dimension = ? and key = ?',
  )
  let pass: Pass | undefined
  /** Rows of `pass` that are not written yet. */
  let unwritten: StaleMax[] = []

  const begin = (org: number): Pass | undefined => {
    const minute = nextMinute.get(org) ?? null
    if (minute === null) return undefined
    const rows = rowsOf.all(org, minute)
    const stale = staleRows(rows.flatMap(({ ceiling, ...row }) => (ceiling === null ? [] : [{ ...row, ceiling }])))
    const deleted = rows.flatMap(({ ceiling, ...row }) =>
      ceiling === null ? [{ ...row, ceiling: 0, scannedMax: null }] : [],
    )
    unwritten = [...stale.byName.values(), ...deleted]
    return { org, minute, stale, position: beginningOf(minute), seq: head.get(org) ?? 0 }
  }

  const write = ({ org, minute }: Pass, row: StaleMax) => {
    const { dimension, key, scannedMax } = row
    if (scannedMax !== null && !isAtCeiling(row)) {
      setMax(org, { dimension, minute, key, riskMax: scannedMax })
      decrementCoarser(org, [{ dimension, minute, key, count: 0, riskSum: 0, riskMax: 0 }])
    }
    remove.run(org, minute, dimension, key)
  }

  /** Returns whether the pass has work left. */
  const continuePass = (current: Pass, isOver: () => boolean): boolean => {
    const { org, minute, stale } = current
    while (current.position !== undefined) {
      current.position = scan.scanMinute(org, minute, stale, current.position)
      if (isOver()) return true
    }
    for (let next = scan.scanArrivals(org, minute, stale, current.seq); next !== undefined;) {
      current.seq = next
      if (isOver()) return true
      next = scan.scanArrivals(org, minute, stale, current.seq)
    }
    for (let row = unwritten.pop(); row !== undefined; row = unwritten.pop()) {
      write(current, row)
      if (isOver()) return unwritten.length > 0
    }
    return false
  }

  return {
    recompute(org) {
      const began = performance.now()
      const isOver = () => performance.now() - began > LIMITS.backgroundMs / 2
      return db
        .transaction(() => {
          if (pass?.org !== org) pass = begin(org)
          while (pass !== undefined) {
            if (continuePass(pass, isOver)) return true
            pass = begin(org)
            if (isOver()) return pass !== undefined
          }
          return false
        })
        .immediate()
    },
    reset() {
      pass = undefined
    },
  }
}
