import { type HeldRow, type Key, lowerBound } from './row-store.ts'

/** A line between two rows of a list. */
export type Divider =
  | {
      readonly type: 'day'
      readonly key: Key
      /** Any instant of the day whose rows follow below. */ readonly day: number
    }
  | {
      readonly type: 'back-filled'
      readonly key: Key
      readonly from: number
      readonly to: number
      readonly scanned: number
      readonly matched: number
      /** False if part of it is missing, which another divider says. */
      readonly whole: boolean
    }
  | { readonly type: 'gap'; readonly key: Key; readonly from: string; readonly to: string; readonly reason: string }

export type ListItem =
  | { readonly type: 'row'; readonly held: HeldRow }
  | { readonly type: 'divider'; readonly divider: Divider }

/**
 * A virtual list of rows and dividers, newest first. With 100,000 rows and ten updates per second it is too expensive
 * to build, so only the positions of the few dividers are computed, and each index is looked up among them.
 */
export interface ListView {
  readonly length: number
  at(index: number): ListItem | undefined
  /** -1 if it is not shown. */
  indexOf(key: Key): number
}

export interface Calendar {
  startOfDay(at: number): number
  nextDay(midnight: number): number
}

const MAX_DAYS = 400

/** `rows` is oldest first. Rows before `first` are not shown. */
export function listView(
  rows: readonly HeldRow[],
  first: number,
  marks: readonly Divider[],
  calendar: Calendar,
): ListView {
  const placed = [...marks, ...days(rows, first, calendar)]
    .map((divider) => ({ divider, row: Math.max(first, lowerBound(rows, divider.key)) }))
    .sort((one, other) => other.row - one.row || compareDividers(one.divider, other.divider))
  // The view is newest first, so the rows from `row` on and the earlier dividers come before a divider.
  const positions = placed.map(({ row }, before) => rows.length - row + before)
  const length = rows.length - first + placed.length

  /** Number of dividers at or above `index`. */
  const above = (index: number) => {
    let low = 0
    let high = positions.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((positions[middle] ?? 0) <= index) low = middle + 1
      else high = middle
    }
    return low
  }

  return {
    length,
    at(index) {
      if (index < 0 || index >= length) return undefined
      const before = above(index)
      const divider = placed[before - 1]?.divider
      if (divider !== undefined && positions[before - 1] === index) return { type: 'divider', divider }
      const held = rows[rows.length - 1 - (index - before)]
      return held === undefined ? undefined : { type: 'row', held }
    },
    indexOf(key) {
      const row = lowerBound(rows, key)
      const held = rows[row]
      if (row < first || held === undefined || held.at !== key.at || held.seq !== key.seq) return -1
      // A divider at row r is below the rows from r on, and above row r − 1.
      const dividers = placed.filter((divider) => divider.row > row).length
      return rows.length - 1 - row + dividers
    },
  }
}

function compareDividers(one: Divider, other: Divider): number {
  return other.key.at - one.key.at
}

/** One divider per midnight with rows on both sides. Consecutive days without rows share one. */
function days(rows: readonly HeldRow[], first: number, calendar: Calendar): Divider[] {
  const oldest = rows[first]
  const newest = rows.at(-1)
  if (oldest === undefined || newest === undefined) return []
  const found: Divider[] = []
  let lastRow = first
  let midnight = calendar.nextDay(calendar.startOfDay(oldest.at))
  for (let count = 0; midnight <= newest.at && count < MAX_DAYS; count++) {
    const key = { at: midnight, seq: 0 }
    const row = lowerBound(rows, key)
    const below = rows[row - 1]
    if (row > lastRow && below !== undefined) found.push({ type: 'day', key, day: below.at })
    lastRow = row
    midnight = calendar.nextDay(midnight)
  }
  return found
}
