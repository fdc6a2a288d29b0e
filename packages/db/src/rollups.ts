import type { OrgId } from '@sentinelmesh/api'

/** `upper_medium` is band medium with a risk of 50 or more, where the seed's bands have a boundary. Its key is ''. */
export const DIMENSIONS = ['all', 'sender', 'receiver', 'kind', 'band', 'upper_medium', 'rule'] as const
export type Dimension = (typeof DIMENSIONS)[number]

/** Sums over the entries of one key whose `at` is in the range. */
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
 * Counts by minute, hour, and day, written in the transaction of their entries. Callers can rely on this:
 * 1. They count every entry that was ever stored, under the minute of its `at`, however late it arrived. A purge leaves
 *    them unchanged, and an erasure decrements them. Old ones may be removed by whole days, but never the day of the
 *    oldest stored `at` or a later one.
 * 2. Results are sums of whole minutes. Ranges are microseconds, with `from` inclusive and `to` exclusive, and are
 *    widened to whole minutes.
 * 3. The cost depends on the range and its keys, not on the size of the log.
 */
export interface Rollups {
  /** One row per key, highest `orderBy` first, at most `limit`. */
  keys(
    org: OrgId,
    dimension: Dimension,
    range: { readonly from: number; readonly to: number },
    options: { readonly limit: number; readonly orderBy: 'count' | 'riskMax' },
  ): Promise<readonly RollupRow[]>
  /**
   * Like `keys`, with the number of keys in the range and of those without entries since the minute of `silentSince`.
   */
  ranking(
    org: OrgId,
    dimension: Dimension,
    range: { readonly from: number; readonly to: number },
    options: { readonly limit: number; readonly orderBy: 'count' | 'riskMax'; readonly silentSince: number },
  ): Promise<{ readonly rows: readonly RollupRow[]; readonly keys: number; readonly silent: number }>
  /** The steps of `stepMinutes` that have entries, oldest first. `only` restricts them to these keys. */
  series(
    org: OrgId,
    dimension: Dimension,
    range: { readonly from: number; readonly to: number },
    stepMinutes: number,
    only?: readonly string[],
  ): Promise<readonly RollupStep[]>
  /** The minute with the most entries, or the first of several. Undefined if the range has no entries. */
  busiest(
    org: OrgId,
    range: { readonly from: number; readonly to: number },
  ): Promise<{ readonly at: number; readonly count: number } | undefined>
  /**
   * Recounts the entries in short slices and returns one sentence per difference. Also verifies the org's counters and
   * that `seq` is dense.
   */
  verify(org: OrgId): Promise<readonly string[]>
}
