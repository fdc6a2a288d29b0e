import type { OrgId, Seq } from '@sentinelmesh/api'
import type { Ast, FacetField } from '@sentinelmesh/query'
import type { Band } from '@sentinelmesh/rules/risk'
import type { StoredEntry, StoredRow } from './log-store.ts'

/** Which entries: all restrictions hold together. Instants are microseconds. */
export interface Filter {
  /** Undefined or the empty query: every entry. */
  readonly query?: Ast | undefined
  /** Inclusive. */
  readonly from?: number | undefined
  /** Exclusive. */
  readonly to?: number | undefined
  /** Of this risk or more. */
  readonly minRisk?: number | undefined
  /** For relative times in the query, and so that a page and its total mean the same. */
  readonly now: number
}

export type Order = 'newest' | 'oldest'

/** A place in a list ordered by (`at`, `seq`): the next page begins after it, the previous one ends before it. */
export interface Position {
  readonly at: number
  readonly seq: Seq
}

export interface Page<Item> {
  readonly items: readonly Item[]
  /** Where the next page begins; null at the end. */
  readonly next: Position | null
  /** Where the previous page ends; null at the beginning. */
  readonly previous: Position | null
  /** The head that this page saw: nothing above it is in it. */
  readonly head: Seq
  /**
   * The deadline ended it early, and `next`, or `previous` of a page that was read backwards, says where it goes on; or
   * entries were passed over, and the list is complete but for them.
   */
  readonly incomplete: boolean
  readonly undecided: Undecided
}

/**
 * Entries for which a search did not find out whether it holds, because each of them alone took longer than
 * `LIMITS.searchEntryMs`; at most `LIMITS.searchUndecided`.
 */
export type Undecided = readonly Seq[]

export interface Total {
  readonly count: number
  /** Worked out from a sample: there are about so many, and more than `LIMITS.countedExactly` unless time was short. */
  readonly estimated: boolean
}

/** The progress of a search. */
export interface Extent {
  /** The deadline ended it, or entries were passed over. */
  readonly incomplete: boolean
  /** The newest entries down to this one were looked at; null where all were, or none. */
  readonly stoppedAt: Position | null
  readonly undecided: Undecided
}

export type BandCounts = Readonly<Record<Band, number>>

export interface Histogram extends Extent {
  readonly counts: readonly BandCounts[]
}

export interface FacetCounts {
  readonly field: FacetField
  /** Most entries first; which of equally frequent ones comes first is left open. None without entries. */
  readonly values: readonly { readonly value: string; readonly count: number }[]
  /** How many values there are; at least so many from `LIMITS.facetValues` on. */
  readonly distinct: number
}

export interface Facets extends Extent {
  /** In the order of the fields that were asked for. */
  readonly facets: readonly FacetCounts[]
  /** Worked out from a sample, as totals of many entries are: counts are about so many, and rare values are missing. */
  readonly estimated: boolean
}

/**
 * Every answer is about one org, holds at most what was asked for, and ends by its deadline. What roll-ups can say is
 * read from them: its cost does not grow with the log.
 *
 * Not promised: that counts leave out what retention removed within a day after the oldest arrival that is kept.
 * Roll-ups still hold that, and where too many entries lie there to be gone through it is counted.
 */
export interface LogSearch {
  /** Ordered by the instant `at`, ties by seq. `whole` gives payloads as well. */
  page(org: OrgId, filter: Filter, options: PageOptions & { readonly whole: true }): Promise<Page<StoredEntry>>
  page(org: OrgId, filter: Filter, options: PageOptions): Promise<Page<StoredRow>>
  /**
   * Exact where nothing is asked for, or a time, or beside that one choice among the values of a facet; exact up to
   * `LIMITS.countedExactly` for everything else, then an estimate.
   */
  count(org: OrgId, filter: Filter): Promise<Total>
  /** Counts by band in `buckets` equal steps from `filter.from` to `filter.to`; both must be given. */
  histogram(
    org: OrgId,
    filter: Filter & { readonly from: number; readonly to: number },
    buckets: number,
  ): Promise<Histogram>
  /**
   * The values that entries have, most frequent first. What the query says about a field alone is left out when that
   * field's values are counted: beside what is chosen stands what could be chosen instead.
   */
  facets(org: OrgId, filter: Filter, options: FacetOptions): Promise<Facets>
  /** The `at` of the latest stored match of each rule, without matches that a filter suppressed. Rules without one are left out. */
  lastMatches(org: OrgId, ruleIds: readonly string[]): Promise<ReadonlyMap<string, number>>
}

export interface FacetOptions {
  readonly fields: readonly FacetField[]
  /** Values of each. */
  readonly limit: number
}

export interface PageOptions {
  readonly limit: number
  readonly order: Order
  readonly after?: Position | undefined
  /** The entries right before this position, in the same order; not together with `after`. */
  readonly before?: Position | undefined
  /** Entries above this position are left out, so that later pages are stable while entries arrive. */
  readonly head?: Seq | undefined
  /** Skip so many: only for the seed's numbered pages. */
  readonly skip?: number | undefined
  /** Ends early when the payloads add up to so many bytes; one item always fits. */
  readonly bytes?: number | undefined
}
