import type { Dimension } from '../../rollups.ts'

/** Microseconds. */
export const MINUTE = 60_000_000
export const HOUR_MINUTES = 60

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
