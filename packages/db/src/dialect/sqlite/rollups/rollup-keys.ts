import type { Dimension } from '../../../rollups.ts'

/** Microseconds. */
export const MINUTE = 60_000_000
export const DAY_MINUTES = 24 * 60

/** A table of roll-ups, the number of minutes per row, and the column that numbers the steps. */
export interface Grain {
  readonly table: 'rollups' | 'rollup_hours' | 'rollup_days'
  readonly column: 'minute' | 'hour' | 'day'
  readonly minutes: number
}

export const MINUTES: Grain = { table: 'rollups', column: 'minute', minutes: 1 }
export const HOURS: Grain = { table: 'rollup_hours', column: 'hour', minutes: 60 }
/** Each row sums the rows of the next finer grain and stores its last minute with an entry. */
export const COARSER: readonly Grain[] = [HOURS, { table: 'rollup_days', column: 'day', minutes: DAY_MINUTES }]
export const GRAINS: readonly Grain[] = [MINUTES, ...COARSER]

/** Entries of band medium with at least this risk also count as `upper_medium`. */
export const UPPER_MEDIUM = 50

/** The fields of an entry that roll-ups count. */
export interface RolledUp {
  readonly sender: string
  readonly receiver: string | null
  readonly kind: string
  readonly band: string
  readonly risk: number
  /** Ids of the rules that matched and were not suppressed by a filter. */
  readonly rules: readonly string[]
}

/** The keys that count an entry. Without a receiver it has no `receiver` key, and each rule counts once. */
export function rollupKeys({ sender, receiver, kind, band, risk, rules }: RolledUp): [Dimension, string][] {
  const keys: [Dimension, string][] = [
    ['all', ''],
    ['sender', sender],
    ['kind', kind],
    ['band', band],
  ]
  if (receiver !== null) keys.push(['receiver', receiver])
  if (band === 'medium' && risk >= UPPER_MEDIUM) keys.push(['upper_medium', ''])
  for (const rule of rules.length < 2 ? rules : new Set(rules)) keys.push(['rule', rule])
  return keys
}
