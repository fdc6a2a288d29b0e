import type { OrgId, Seq } from '@sentinelmesh/api'
import type { SeqRange, StoredRange } from './log-store.ts'

/**
 * Removes entries by retention and by erasure. What a caller may rely on:
 * 1. Removed entries become gaps with the reason `retention` or `erased`, and `seq` is never reused.
 * 2. Removal runs in slices between appends, so that no other write waits longer than 20 ms for it. An interrupted call has
 *    removed a part, and may be repeated.
 * 3. A purge leaves the roll-ups unchanged. An erasure decrements them.
 * Not promised: that the bytes are gone from the files. That is the task of `Space`.
 */
export interface LogRemoval {
  /** Removes up to `most` entries received before the instant (microseconds). Returns how many. */
  purge(org: OrgId, receivedBefore: number, most: number): Promise<number>
  /** Works like `purge` on the entries that were received first, while the org's payloads have more than `maxBytes`. */
  purgeToSize(org: OrgId, maxBytes: number, most: number): Promise<number>
  /** Removes roll-ups of whole days before the instant and before the oldest entry's `at`. Returns how many rows. */
  purgeRollups(org: OrgId, before: number): Promise<number>
  /** The entries that an erasure has to remove: at most `most` entries up to `to`, of one session or of all (null). */
  findErasable(
    org: OrgId,
    what: { readonly session: string | null; readonly to: Seq },
    most: number,
  ): Promise<readonly StoredRange[]>
  /** Removes all entries of these ranges and everything stored about them. Returns how many entries there were. */
  erase(org: OrgId, ranges: readonly SeqRange[], options?: EraseOptions): Promise<number>
}

export interface EraseOptions {
  /** Called after each slice, so that caches drop the removed entries. */
  readonly onSlice?: () => void
  /**
   * More calls follow, so maximum risks of roll-ups may stay stale. The last call is without it, and may have no ranges.
   */
  readonly partial?: boolean
}
