import type { Retention } from '@sentinelmesh/db'

export interface RetentionInForce {
  readonly days: number
  readonly maxBytes: number | null
  /** At least the days of entries. */
  readonly rollupsDays: number
}

const DAY_US = 24 * 3600 * 1e6

/** An org's retention settings, with the installation's days as the default. */
export function inForce({ days, maxBytes, rollupsDays }: Retention, installationDays: number): RetentionInForce {
  const entryDays = days ?? installationDays
  return { days: entryDays, maxBytes, rollupsDays: Math.max(entryDays, rollupsDays ?? entryDays) }
}

/** The instant before which entries are deleted. Both are in microseconds. */
export function daysBefore(now: number, days: number): number {
  return now - days * DAY_US
}
