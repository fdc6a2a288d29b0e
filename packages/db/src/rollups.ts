import type { OrgId } from '@sentinelmesh/api'

/** `upper_medium` are the entries of band medium with a risk of 50 or more: where the seed's bands part. Its key is ''. */
export const DIMENSIONS = ['all', 'sender', 'receiver', 'kind', 'band', 'upper_medium', 'rule'] as const
export type Dimension = (typeof DIMENSIONS)[number]

/** Sums over the entries of one dimension's key whose `at` lies in the range. */
export interface RollupRow {
  readonly key: string
  readonly count: number
  readonly riskSum: number
  readonly riskMax: number
  /** Start of the last minute with an entry, microseconds. */
  readonly lastMinute: number
}

export interface RollupStep {
  /** Start of the step, microseconds. */
  readonly at: number
  readonly key: string
  readonly count: number
  readonly riskMax: number
}

/**
 * Counts by minute, hour and day, written in the transaction of the entries. What a caller may rely on:
 * 1. They count every entry that was ever stored under the minute of its `at`, however late it came. Purging entries
 *    leaves them as they are, erasing takes the entries out of them, and old ones may be removed by whole days,
 *    but none from the day of the oldest stored `at` on.
 * 2. What is read is what the minutes add up to. Ranges are microseconds, `from` inclusive, `to` exclusive, and are
 *    widened to whole minutes.
 * 3. The cost is that of the range and its keys, not of the log.
 */
export interface Rollups {
  /** One row a key, most entries first, at most `limit`. */
  keys(
    org: OrgId,
    dimension: Dimension,
    range: { readonly from: number; readonly to: number },
    options: { readonly limit: number; readonly orderBy: 'count' | 'riskMax' },
  ): Promise<readonly RollupRow[]>
  /** As `keys`, and of all keys in the range how many there are and how many have nothing since the minute of `silentSince`. */
  ranking(
    org: OrgId,
    dimension: Dimension,
    range: { readonly from: number; readonly to: number },
    options: { readonly limit: number; readonly orderBy: 'count' | 'riskMax'; readonly silentSince: number },
  ): Promise<{ readonly rows: readonly RollupRow[]; readonly keys: number; readonly silent: number }>
  /** Steps of `stepMinutes` that hold entries, oldest first; `only` restricts to these keys. */
  series(
    org: OrgId,
    dimension: Dimension,
    range: { readonly from: number; readonly to: number },
    stepMinutes: number,
    only?: readonly string[],
  ): Promise<readonly RollupStep[]>
  /** The minute with most entries, the earlier of two; undefined where the range has none. */
  busiest(
    org: OrgId,
    range: { readonly from: number; readonly to: number },
  ): Promise<{ readonly at: number; readonly count: number } | undefined>
  /**
   * Recounts, in slices that hold up nobody, and says what differs, a sentence each; empty when all agree. Looks at the
   * org's counters and at the density of `seq` too.
   */
  verify(org: OrgId): Promise<readonly string[]>
}
