import type { OrgId } from '@sentinelmesh/api'

export const DIMENSIONS = ['all', 'sender', 'receiver', 'kind', 'band', 'rule'] as const
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
 * Counts by minute, written in the transaction of the entries: always equal to a recount.
 * Ranges are microseconds, `from` inclusive, `to` exclusive, and are widened to whole minutes.
 */
export interface Rollups {
  /** One row a key, most entries first, at most `limit`. */
  keys(
    org: OrgId,
    dimension: Dimension,
    range: { readonly from: number; readonly to: number },
    options: { readonly limit: number; readonly orderBy: 'count' | 'riskMax' },
  ): Promise<readonly RollupRow[]>
  /** Number of keys seen in the range, and of those whose last minute is older than `silentSince`. */
  countKeys(
    org: OrgId,
    dimension: Dimension,
    range: { readonly from: number; readonly to: number },
    silentSince: number,
  ): Promise<{ readonly keys: number; readonly silent: number }>
  /** Steps of `stepMinutes` that hold entries, oldest first; `only` restricts to these keys. */
  series(
    org: OrgId,
    dimension: Dimension,
    range: { readonly from: number; readonly to: number },
    stepMinutes: number,
    only?: readonly string[],
  ): Promise<readonly RollupStep[]>
  /** Recounts and returns the differences; empty when all agree. */
  verify(org: OrgId): Promise<readonly string[]>
}
