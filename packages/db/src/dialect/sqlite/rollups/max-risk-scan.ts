import type Sqlite from 'better-sqlite3'
import type { Dimension } from '../../../rollups.ts'
import { MINUTE, type RolledUp, rollupKeys } from './rollup-keys.ts'

/** A minute's roll-up row whose maximum risk may belong to an erased entry. */
export interface StaleMax {
  readonly dimension: Dimension
  readonly key: string
  /** The maximum that the row still has. No entry that was there before has a higher risk. */
  readonly ceiling: number
  /** The maximum of the entries scanned so far; null if none of them counts under this key. */
  scannedMax: number | null
}

/** The stale rows of one minute, by `nameOf`. */
export interface StaleRows {
  readonly byName: ReadonlyMap<string, StaleMax>
  readonly hasRules: boolean
}

/** Where a scan continues. Entries are scanned in the order of `at`, then `seq`. */
export interface ScanPosition {
  readonly at: number
  readonly seq: number
}

export function beginningOf(minute: number): ScanPosition {
  return { at: minute * MINUTE, seq: 0 }
}

interface ScannedEntry extends Omit<RolledUp, 'rules'>, ScanPosition {
  readonly pos: number
}

/** Entries per scan step. */
export const SCAN_ENTRIES = 128
const COLUMNS = 'pos, seq, at, sender, receiver, kind, band, risk'

export interface MaxRiskScan {
  /**
   * Scans the next `SCAN_ENTRIES` entries of the minute, or none if every row has reached its ceiling. Returns where to
   * continue, or undefined at the end of the minute.
   */
  scanMinute(org: number, minute: number, stale: StaleRows, from: ScanPosition): ScanPosition | undefined
  /**
   * Scans the entries stored after `seq`, so that a minute includes what arrived during its scan. Returns the last `seq`
   * scanned, or undefined if there was none.
   */
  scanArrivals(org: number, minute: number, stale: StaleRows, seq: number): number | undefined
}

export function prepareMaxRiskScan(db: Sqlite.Database): MaxRiskScan {
  const ofMinute = db.prepare<[number, number, number, number], ScannedEntry>(
    // An additional lower bound on `at` would make SQLite scan the index from there on each call.
    `select ${COLUMNS} from entries where org = ? and (at, seq) > (?, ?) and at < ?
       order by at, seq limit ${SCAN_ENTRIES}`,
  )
  const storedAfter = db.prepare<[number, number], ScannedEntry>(
    `select ${COLUMNS} from entries where org = ? and seq > ? order by seq limit ${SCAN_ENTRIES}`,
  )
  const rulesOf = db
    .prepare<[number], string>('select rule_id from matches where pos = ? and filtered_by is null')
    .pluck(true)

  const include = ({ byName, hasRules }: StaleRows, entries: readonly ScannedEntry[]) => {
    for (const entry of entries)
      for (const [dimension, key] of rollupKeys({ ...entry, rules: hasRules ? rulesOf.all(entry.pos) : [] })) {
        const row = byName.get(nameOf(dimension, key))
        if (row !== undefined) row.scannedMax = Math.max(row.scannedMax ?? 0, entry.risk)
      }
  }

  return {
    scanMinute(org, minute, stale, { at, seq }) {
      if ([...stale.byName.values()].every(isAtCeiling)) return undefined
      const entries = ofMinute.all(org, at, seq, (minute + 1) * MINUTE)
      include(stale, entries)
      return entries.length < SCAN_ENTRIES ? undefined : entries.at(-1)
    },
    scanArrivals(org, minute, stale, seq) {
      const entries = storedAfter.all(org, seq)
      include(
        stale,
        entries.filter(({ at }) => Math.floor(at / MINUTE) === minute),
      )
      return entries.at(-1)?.seq
    },
  }
}

export function staleRows(rows: readonly Omit<StaleMax, 'scannedMax'>[]): StaleRows {
  return {
    byName: new Map(rows.map((row) => [nameOf(row.dimension, row.key), { ...row, scannedMax: null }])),
    hasRules: rows.some(({ dimension }) => dimension === 'rule'),
  }
}

/** Another entry has the same maximum, so the row is correct. If the row has grown since, an arrival raised it. */
export function isAtCeiling({ scannedMax, ceiling }: StaleMax): boolean {
  return scannedMax !== null && scannedMax >= ceiling
}

const nameOf = (dimension: Dimension, key: string) => `${dimension} ${key}`
