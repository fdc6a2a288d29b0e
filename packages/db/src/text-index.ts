import type { OrgId } from '@sentinelmesh/api'
import type { SeqRange } from './log-store.ts'

/**
 * An index of the texts of entries, beside the log and made from it. What a caller may rely on:
 * 1. Searches find the same with it, without it, and while it is filled: what it does not cover is read.
 * 2. `advance` takes a slice of time, some ten milliseconds, whatever there is to do, and says whether there is more.
 * 3. What is covered stays covered across restarts, kills included. An index that is damaged, or of another log, is
 *    thrown away and filled again.
 * Not promised: that the newest entries are covered. An org's last `LIMITS.textIndexLeast` wait until there are more.
 */
export interface TextIndex {
  /** Takes in the next entries of the org. */
  advance(org: OrgId): Promise<{ readonly indexed: number; readonly more: boolean }>
  /**
   * Whatever it holds of these positions is gone from the file when this resolves, and from its log of writes; so is what
   * it held of their neighbours, which `advance` takes in again as far as they are still stored.
   */
  forget(org: OrgId, ranges: readonly SeqRange[]): Promise<void>
  /** Lets go what it holds of entries that retention has removed. */
  dropExpired(org: OrgId): Promise<void>
  /** Entries covered, and those that wait for `advance`: zero when it has nothing to do. */
  progress(org: OrgId): Promise<{ readonly indexed: number; readonly behind: number }>
  /** Looks for each stored entry of what is covered, in slices: a sentence for each difference found, the first few. */
  verify(org: OrgId): Promise<readonly string[]>
  /** A sentence while nothing is taken in because its thread is gone; it is started again by and by. */
  failure(): string | null
}
