import { type HeldRow, type Key, lowerBound } from './row-store.ts'

/** What stands between two rows of a list. */
export type Divider =
  | { readonly type: 'day'; readonly key: Key; /** Any instant of the day that begins below. */ readonly day: number }
  | {
      readonly type: 'back-filled'
      readonly key: Key
      readonly from: number
      readonly to: number
      readonly scanned: number
      readonly matched: number
      /** False where part of it is missing: another divider says which. */
      readonly whole: boolean
    }
  | { readonly type: 'gap'; readonly key: Key; readonly from: string; readonly to: string; readonly reason: string }

export type ListItem =
  | { readonly type: 'row'; readonly held: HeldRow }
  | { readonly type: 'divider'; readonly divider: Divider }

/**
 * A list of rows and dividers, newest first, that is never built: with 100,000 rows and ten changes a second only the
 * places of the few dividers are worked out, and an index is answered by looking among them.
 */
export interface ListView {
  readonly length: number
  at(index: number): ListItem | undefined
  /** -1 where it is not shown. */
  indexOf(key: Key): number
}

export interface Calendar {
  startOfDay(at: number): number
  nextDay(midnight: number): number
}

const MOST_DAYS = 400

/** `rows` oldest first; those before `first` are held back. */
export function listView(
  rows: readonly HeldRow[],
  first: number,
  marks: readonly Divider[],
  calendar: Calendar,
): ListView {
  const placed = [...marks, ...days(rows, first, calendar)]
    .map((divider) => ({ divider, row: Math.max(first, lowerBound(rows, divider.key)) }))
    .sort((one, other) => other.row - one.row || compareDividers(one.divider, other.divider))
  // Newest first: `newer` rows stand above a divider, then the dividers before it.
  const positions = placed.map(({ row }, before) => rows.length - row + before)
  const length = rows.length - first + placed.length

  /** How many dividers stand at or above `index`. */
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
      // A divider at row r stands below the rows from r on, so above row r − 1.
      const dividers = placed.filter((divider) => divider.row > row).length
      return rows.length - 1 - row + dividers
    },
  }
}

function compareDividers(one: Divider, other: Divider): number {
  return other.key.at - one.key.at
}

/** One for each midnight that has rows on both sides; where whole days are empty, one stands for all of them. */
function days(rows: readonly HeldRow[], first: number, calendar: Calendar): Divider[] {
  const oldest = rows[first]
  const newest = rows.at(-1)
  if (oldest === undefined || newest === undefined) return []
  const found: Divider[] = []
  let lastRow = first
  let midnight = calendar.nextDay(calendar.startOfDay(oldest.at))
  for (let count = 0; midnight <= newest.at && count < MOST_DAYS; count++) {
    const key = { at: midnight, seq: 0 }
    const row = lowerBound(rows, key)
    const below = rows[row - 1]
    if (row > lastRow && below !== undefined) found.push({ type: 'day', key, day: below.at })
    lastRow = row
    midnight = calendar.nextDay(midnight)
  }
  return found
}
