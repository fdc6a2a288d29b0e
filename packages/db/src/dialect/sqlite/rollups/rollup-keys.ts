import type { Dimension } from '../../../rollups.ts'

/** Microseconds. */
export const MINUTE = 60_000_000
export const DAY_MINUTES = 24 * 60

/** A table of roll-ups: how many minutes a row is about, and the column that says which ones. */
export interface Grain {
  readonly table: 'rollups' | 'rollup_hours' | 'rollup_days'
  readonly column: 'minute' | 'hour' | 'day'
  readonly minutes: number
}

export const MINUTES: Grain = { table: 'rollups', column: 'minute', minutes: 1 }
export const HOURS: Grain = { table: 'rollup_hours', column: 'hour', minutes: 60 }
/** The coarser ones. Each row is the sum of those of the grain before, and knows its last minute with an entry. */
export const COARSER: readonly Grain[] = [HOURS, { table: 'rollup_days', column: 'day', minutes: DAY_MINUTES }]
export const GRAINS: readonly Grain[] = [MINUTES, ...COARSER]

/** From this risk on an entry of band medium is one of `upper_medium`. */
export const UPPER_MEDIUM = 50

/** What roll-ups know of an entry. */
export interface RolledUp {
  readonly sender: string
  readonly receiver: string | null
  readonly kind: string
  readonly band: string
  readonly risk: number
  /** Ids of the rules that held and were not held back by a filter. */
  readonly rules: readonly string[]
}

/** Under which keys one entry is counted. An entry without a receiver is counted under none; a rule counts once. */
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
