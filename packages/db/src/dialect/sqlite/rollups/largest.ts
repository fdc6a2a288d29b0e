import type Sqlite from 'better-sqlite3'
import type { Dimension } from '../../../rollups.ts'
import { MINUTE, type RolledUp, rollupKeys } from './rollup-keys.ts'

/** A row of the roll-ups of a minute whose largest risk may be gone. */
export interface Sought {
  readonly dimension: Dimension
  readonly key: string
  /** As it stands in the row: none of the entries that were there before has more. */
  readonly ceiling: number
  /** Of the entries looked at so far; null where none of them counts here. */
  most: number | null
}

/** Rows of one minute, by name. */
export interface SoughtRows {
  readonly byName: ReadonlyMap<string, Sought>
  readonly hasRules: boolean
}

/** Where to go on, in the order of time. */
export interface Place {
  readonly at: number
  readonly seq: number
}

export function beginningOf(minute: number): Place {
  return { at: minute * MINUTE, seq: 0 }
}

interface Looked extends Omit<RolledUp, 'rules'>, Place {
  readonly pos: number
}

export const LOOKED_UP = 128
const COLUMNS = 'pos, seq, at, sender, receiver, kind, band, risk'

export interface Largest {
  /**
   * Looks at the next `LOOKED_UP` entries of the minute, at none when every row is at its ceiling. Returns where to go on,
   * undefined at the end of the minute.
   */
  look(org: number, minute: number, sought: SoughtRows, from: Place): Place | undefined
  /** As `look`, at entries behind a position, whatever their minute: at those that arrived meanwhile. */
  lookBehind(org: number, minute: number, sought: SoughtRows, seq: number): number | undefined
}

export function prepareLargest(db: Sqlite.Database): Largest {
  const ofMinute = db.prepare<[number, number, number, number], Looked>(
    // With one more bound below, the index would be gone through from there each time.
    `select ${COLUMNS} from entries where org = ? and (at, seq) > (?, ?) and at < ?
       order by at, seq limit ${LOOKED_UP}`,
  )
  const behind = db.prepare<[number, number], Looked>(
    `select ${COLUMNS} from entries where org = ? and seq > ? order by seq limit ${LOOKED_UP}`,
  )
  const rulesOf = db
    .prepare<[number], string>('select rule_id from matches where pos = ? and filtered_by is null')
    .pluck(true)

  const take = ({ byName, hasRules }: SoughtRows, rows: readonly Looked[]) => {
    for (const row of rows)
      for (const [dimension, key] of rollupKeys({ ...row, rules: hasRules ? rulesOf.all(row.pos) : [] })) {
        const one = byName.get(nameOf(dimension, key))
        if (one !== undefined) one.most = Math.max(one.most ?? 0, row.risk)
      }
  }

  return {
    look(org, minute, sought, { at, seq }) {
      if ([...sought.byName.values()].every(isAtCeiling)) return undefined
      const rows = ofMinute.all(org, at, seq, (minute + 1) * MINUTE)
      take(sought, rows)
      return rows.length < LOOKED_UP ? undefined : rows.at(-1)
    },
    lookBehind(org, minute, sought, seq) {
      const rows = behind.all(org, seq)
      const ofThis = rows.filter(({ at }) => Math.floor(at / MINUTE) === minute)
      take(sought, ofThis)
      return rows.at(-1)?.seq
    },
  }
}

export function soughtRows(rows: readonly Omit<Sought, 'most'>[]): SoughtRows {
  return {
    byName: new Map(rows.map((row) => [nameOf(row.dimension, row.key), { ...row, most: null }])),
    hasRules: rows.some(({ dimension }) => dimension === 'rule'),
  }
}

/** The row stays as it is then; if it has grown meanwhile, then by an entry that arrived. */
export function isAtCeiling({ most, ceiling }: Sought): boolean {
  return most !== null && most >= ceiling
}

const nameOf = (dimension: Dimension, key: string) => `${dimension} ${key}`
