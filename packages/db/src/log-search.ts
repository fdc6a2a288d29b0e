import type { OrgId, Seq } from '@sentinelmesh/api'
import type { Ast } from '@sentinelmesh/query'
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

/** A place in a list ordered by (`at`, `seq`): the next page begins after it. */
export interface Position {
  readonly at: number
  readonly seq: Seq
}

export interface Page<Item> {
  readonly items: readonly Item[]
  /** Where the next page begins; null at the end. */
  readonly next: Position | null
  /** The head that this page saw: nothing above it is in it. */
  readonly head: Seq
  /** The deadline ended it early. */
  readonly incomplete: boolean
}

export interface Total {
  readonly count: number
  /** Counting ended at its bound; there are at least so many. */
  readonly estimated: boolean
}

export type BandCounts = Readonly<Record<Band, number>>

/** Every answer is about one org, holds at most what was asked for, and ends by its deadline. */
export interface LogSearch {
  /** Ordered by the instant `at`, ties by seq. `whole` gives payloads as well. */
  page(org: OrgId, filter: Filter, options: PageOptions & { readonly whole: true }): Promise<Page<StoredEntry>>
  page(org: OrgId, filter: Filter, options: PageOptions): Promise<Page<StoredRow>>
  /** Exact up to 10,000, from the org's counter when nothing is filtered, else an estimate. */
  count(org: OrgId, filter: Filter): Promise<Total>
  /** Counts by band in `buckets` equal steps from `filter.from` to `filter.to`; both must be given. */
  histogram(
    org: OrgId,
    filter: Filter & { readonly from: number; readonly to: number },
    buckets: number,
  ): Promise<{ readonly counts: readonly BandCounts[]; readonly incomplete: boolean }>
}

export interface PageOptions {
  readonly limit: number
  readonly order: Order
  readonly after?: Position | undefined
  /** Entries above this position are left out, so that later pages are stable while entries arrive. */
  readonly head?: Seq | undefined
  /** Skip so many: only for the seed's numbered pages. */
  readonly skip?: number | undefined
  /** Ends early when the payloads add up to so many bytes; one item always fits. */
  readonly bytes?: number | undefined
}
