import type Sqlite from 'better-sqlite3'
import { LIMITS } from '../../../limits.ts'
import type { Dimension } from '../../../rollups.ts'
import {
  beginningOf,
  isAtCeiling,
  type Largest,
  type Place,
  type Sought,
  type SoughtRows,
  soughtRows,
} from './largest.ts'
import type { Subtraction } from './subtract.ts'

/** Looks for the largest risks of one minute: through its entries, then through what arrived since. */
interface Pass {
  readonly org: number
  readonly minute: number
  readonly sought: SoughtRows
  /** Undefined when the minute is gone through. */
  place: Place | undefined
  /** Up to here nothing is new. */
  seq: number
}

export interface Settling {
  /** One slice; false when nothing of the org is unsettled any more. */
  settle(org: number): boolean
  /** To be called when entries were removed: what was looked at may be gone. */
  forget(): void
}

/**
 * When the entry with the largest risk of a minute is erased, the next largest is looked for among all others of that
 * minute, of which an import may have brought a million. The rows concerned stand in a table until that is done, so that
 * a crash forgets none, and show the old risk until then. A minute is gone through once, whatever the number of its rows.
 */
export function prepareSettling(db: Sqlite.Database, largest: Largest, { coarser, setMax }: Subtraction): Settling {
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
  /** Of `pass`, those still to be written. */
  let left: Sought[] = []

  const begin = (org: number): Pass | undefined => {
    const minute = nextMinute.get(org) ?? null
    if (minute === null) return undefined
    const rows = rowsOf.all(org, minute)
    const sought = soughtRows(rows.flatMap(({ ceiling, ...row }) => (ceiling === null ? [] : [{ ...row, ceiling }])))
    const gone = rows.flatMap(({ ceiling, ...row }) => (ceiling === null ? [{ ...row, ceiling: 0, most: null }] : []))
    left = [...sought.byName.values(), ...gone]
    return { org, minute, sought, place: beginningOf(minute), seq: head.get(org) ?? 0 }
  }

  const write = ({ org, minute }: Pass, row: Sought) => {
    const { dimension, key, most } = row
    if (most !== null && !isAtCeiling(row)) {
      setMax(org, { dimension, minute, key, riskMax: most })
      coarser(org, [{ dimension, minute, key, count: 0, riskSum: 0, riskMax: 0 }])
    }
    remove.run(org, minute, dimension, key)
  }

  /** Returns whether there is something left of it. */
  const goOn = (current: Pass, isOver: () => boolean): boolean => {
    const { org, minute, sought } = current
    while (current.place !== undefined) {
      current.place = largest.look(org, minute, sought, current.place)
      if (isOver()) return true
    }
    for (let next = largest.lookBehind(org, minute, sought, current.seq); next !== undefined;) {
      current.seq = next
      if (isOver()) return true
      next = largest.lookBehind(org, minute, sought, current.seq)
    }
    for (let row = left.pop(); row !== undefined; row = left.pop()) {
      write(current, row)
      if (isOver()) return left.length > 0
    }
    return false
  }

  return {
    settle(org) {
      const began = performance.now()
      const isOver = () => performance.now() - began > LIMITS.backgroundMs / 2
      return db
        .transaction(() => {
          if (pass?.org !== org) pass = begin(org)
          while (pass !== undefined) {
            if (goOn(pass, isOver)) return true
            pass = begin(org)
            if (isOver()) return pass !== undefined
          }
          return false
        })
        .immediate()
    },
    forget() {
      pass = undefined
    },
  }
}
