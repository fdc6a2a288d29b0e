import type { OrgId, Seq } from '@sentinelmesh/api'
import type { Ast, FacetField } from '@sentinelmesh/query'
import type { Band } from '@sentinelmesh/rules/risk'
import type { StoredEntry, StoredRow } from './log-store.ts'

/** Selects entries that satisfy all conditions. Times are microseconds. */
export interface Filter {
  /** Undefined and the empty query select every entry. */
  readonly query?: Ast | undefined
  /** Inclusive. */
  readonly from?: number | undefined
  /** Exclusive. */
  readonly to?: number | undefined
  /** Minimum risk, inclusive. */
  readonly minRisk?: number | undefined
  /** The base of relative times in the query, so that a page and its total mean the same range. */
  readonly now: number
}

export type Order = 'newest' | 'oldest'

/** A position in a list ordered by (`at`, `seq`). The next page starts after it; the previous page ends before it. */
export interface Position {
  readonly at: number
  readonly seq: Seq
}

export interface Page<Item> {
  readonly items: readonly Item[]
  /** Where the next page starts. Null at the end. */
  readonly next: Position | null
  /** Where the previous page ends. Null at the start. */
  readonly previous: Position | null
  /** The head that this page saw. The page has no entries above it. */
  readonly head: Seq
  /**
   * True if the deadline ended the page early, or if entries were skipped. An ended page continues at `next`, or at
   * `previous` if it was read backward. Except for skipped entries, the list is complete.
   */
  readonly incomplete: boolean
  readonly undecided: Undecided
}

/**
 * Entries that a search skipped because testing each of them alone took longer than `LIMITS.searchEntryMs`; at most
 * `LIMITS.searchUndecided`.
 */
export type Undecided = readonly Seq[]

export interface Total {
  readonly count: number
  /** `count` is an estimate from a sample. Unless time was short, it is more than `LIMITS.countedExactly`. */
  readonly estimated: boolean
}

/** The part of its range that a search covered. */
export interface Extent {
  /** The deadline ended the search, or entries were skipped. */
  readonly incomplete: boolean
  /** The search covered the newest entries down to this one. Null if it covered all entries or none. */
  readonly stoppedAt: Position | null
  readonly undecided: Undecided
}

export type BandCounts = Readonly<Record<Band, number>>

export interface Histogram extends Extent {
  readonly counts: readonly BandCounts[]
}

export interface FacetCounts {
  readonly field: FacetField
  /** Most frequent first; the order of equally frequent values is unspecified. Values without entries are omitted. */
  readonly values: readonly { readonly value: string; readonly count: number }[]
  /** The number of distinct values. From `LIMITS.facetValues` on, it is a lower bound. */
  readonly distinct: number
}

export interface Facets extends Extent {
  /** In the order of the requested fields. */
  readonly facets: readonly FacetCounts[]
  /** The counts are estimates from a sample, as for large totals, and rare values are missing. */
  readonly estimated: boolean
}

/**
 * Searches of one org's log. Every result is limited to the requested size and returned by its deadline. Counts that
 * roll-ups can answer are read from them, so their cost does not grow with the log.
 *
 * Not guaranteed: that counts exclude entries that retention removed within a day after the oldest stored arrival.
 * Roll-ups still count those entries, and they are used if there are too many entries in that day to scan.
 */
export interface LogSearch {
  /** Ordered by `at`, then by `seq`. `whole` includes payloads. */
  page(org: OrgId, filter: Filter, options: PageOptions & { readonly whole: true }): Promise<Page<StoredEntry>>
  page(org: OrgId, filter: Filter, options: PageOptions): Promise<Page<StoredRow>>
  /**
   * Exact for an empty filter, a time range, and a time range with one choice among the values of one facet. For other
   * filters, exact up to `LIMITS.countedExactly` and an estimate above it.
   */
  count(org: OrgId, filter: Filter): Promise<Total>
  /** Counts by band in `buckets` equal steps from `filter.from` to `filter.to`; both must be given. */
  histogram(
    org: OrgId,
    filter: Filter & { readonly from: number; readonly to: number },
    buckets: number,
  ): Promise<Histogram>
  /**
   * The values of the matching entries, most frequent first. The counts of a field ignore the query's clauses on that
   * field alone, so that a user sees the alternatives to the current choice.
   */
  facets(org: OrgId, filter: Filter, options: FacetOptions): Promise<Facets>
  /** The `at` of each rule's latest stored match that no filter suppressed. Omits rules without one. */
  lastMatches(org: OrgId, ruleIds: readonly string[]): Promise<ReadonlyMap<string, number>>
}

export interface FacetOptions {
  readonly fields: readonly FacetField[]
  /** Maximum number of values per field. */
  readonly limit: number
}

export interface PageOptions {
  readonly limit: number
  readonly order: Order
  readonly after?: Position | undefined
  /** Reads the entries immediately before this position, in the same order. Excludes `after`. */
  readonly before?: Position | undefined
  /** Omits entries above this seq, so that later pages are stable while entries arrive. */
  readonly head?: Seq | undefined
  /** Number of entries to skip; only for the seed's numbered pages. */
  readonly skip?: number | undefined
  /** Ends the page before its payloads exceed this many bytes, but never before the first item. */
  readonly bytes?: number | undefined
}
