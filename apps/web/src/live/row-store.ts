import type { Row } from '@sentinelmesh/api'

/**
 * The rows of a list, oldest first, so that new rows are appended and not inserted. Pages of older rows and the live
 * tail both use `add`. The sort order finds duplicates, so no set of ids is needed. Rows are ordered by the time that
 * the entry claims, then by position in the log, so a late entry appears at its own time.
 */
export interface HeldRow {
  readonly row: Row
  /** Milliseconds since 1970. */
  readonly at: number
  readonly seq: number
  /** When the tail delivered it; 0 for a row of a page. */
  readonly arrived: number
  /** Delay in milliseconds between the entry's own time and its arrival; 0 if too short to mention. */
  readonly late: number
}

export interface RowStore {
  readonly rows: readonly HeldRow[]
  /**
   * Rows below this key are not shown: the rows between them and the pages read so far are unknown, and the list would
   * look complete. Undefined once the list has been read to its end.
   */
  readonly floor: Key | undefined
}

export interface Key {
  readonly at: number
  readonly seq: number
}

/** Maximum number of rows in a list; about 1 KB each. */
export const HELD_ROWS = 100_000
/** Shorter delays come from the network and from clock skew, and would flag half of all rows. */
const LATE_MS = 10_000

export const EMPTY: RowStore = { rows: [], floor: undefined }

export function hold(row: Row, arrived: number): HeldRow {
  const at = Date.parse(row.at)
  const delay = Date.parse(row.received_at) - at
  // Imported and demo entries are old on purpose.
  const late = arrived > 0 && delay >= LATE_MS && row.surface !== 'import' && row.surface !== 'demo' ? delay : 0
  return { row, at, seq: row.seq, arrived, late }
}

export function compare(one: Key, other: Key): number {
  return one.at - other.at || one.seq - other.seq
}

/** The index of the first row that is not below `key`. */
export function lowerBound(rows: readonly Key[], key: Key): number {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const found = rows[middle]
    if (found !== undefined && compare(found, key) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/** Adds the rows that are not in the store yet. `added` can be in any order. */
export function add(store: RowStore, added: readonly HeldRow[]): RowStore {
  const fresh: HeldRow[] = []
  for (const row of added.toSorted(compare)) {
    const twice = fresh.at(-1)?.seq === row.seq || store.rows[lowerBound(store.rows, row)]?.seq === row.seq
    if (!twice) fresh.push(row)
  }
  return fresh.length === 0 ? store : { ...store, rows: merge(store.rows, fresh) }
}

function merge(rows: readonly HeldRow[], fresh: readonly HeldRow[]): readonly HeldRow[] {
  const first = fresh[0]
  const last = rows.at(-1)
  // Nearly always, all of them are newer (the tail) or older (a page) than every row in the store.
  if (first === undefined) return rows
  if (last === undefined || compare(last, first) < 0) return rows.concat(fresh)
  const begin = lowerBound(rows, first)
  const merged = rows.slice(0, begin)
  let next = begin
  for (const row of fresh) {
    for (let held = rows[next]; held !== undefined && compare(held, row) < 0; held = rows[next]) {
      merged.push(held)
      next++
    }
    merged.push(row)
  }
  return merged.concat(rows.slice(next))
}

/** Adds a page of older rows. `more` says whether there are rows below it. */
export function addPage(store: RowStore, page: readonly HeldRow[], more: boolean): RowStore {
  const lowest = page.reduce<Key | undefined>(
    (low, row) => (low === undefined || compare(row, low) < 0 ? row : low),
    undefined,
  )
  const floor = more ? (lowest === undefined ? store.floor : { at: lowest.at, seq: lowest.seq }) : undefined
  return { ...add(store, page), floor }
}

/** The index of the first row that is shown. */
export function firstShown(store: RowStore): number {
  return store.floor === undefined ? 0 : lowerBound(store.rows, store.floor)
}

/** Drops the oldest rows beyond `most`. If `evicted`, the next page must begin at `store.floor`. */
export function evict(store: RowStore, most = HELD_ROWS): { store: RowStore; evicted: boolean } {
  if (store.rows.length <= most) return { store, evicted: false }
  const rows = store.rows.slice(store.rows.length - most)
  const lowest = rows[0]
  return {
    evicted: true,
    store: {
      rows,
      floor: lowest === undefined ? undefined : { at: lowest.at, seq: lowest.seq },
    },
  }
}

/** Drops the rows before `at`, which a moving range has left behind. */
export function dropBefore(store: RowStore, at: number): RowStore {
  const begin = lowerBound(store.rows, { at, seq: 0 })
  if (begin === 0) return store
  const rows = store.rows.slice(begin)
  const below = store.floor !== undefined && store.floor.at < at
  return { rows, floor: below ? undefined : store.floor }
}
