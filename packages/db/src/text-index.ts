import type { OrgId } from '@sentinelmesh/api'
import type { SeqRange } from './log-store.ts'

/**
 * A full-text index of the entries, stored next to the log and derived from it. What a caller may rely on:
 * 1. Searches find the same entries with the index, without it, and while it is being filled, because entries that it does
 *    not cover are read from the log.
 * 2. `advance` runs for one slice, tens of milliseconds, whatever the backlog, and reports whether there is more.
 * 3. Covered entries stay covered across restarts, including after a kill. An index that is damaged or belongs to another
 *    log is discarded and rebuilt.
 * Not promised: that the newest entries are covered. An org's last `LIMITS.textIndexLeast` wait until there are more.
 */
export interface TextIndex {
  /** Indexes the next entries of the org. */
  advance(org: OrgId): Promise<{ readonly indexed: number; readonly more: boolean }>
  /**
   * When it resolves, the index file and its WAL hold no text of these positions. Neighboring entries may be removed with
   * them; `advance` indexes those that are still stored again.
   */
  forget(org: OrgId, ranges: readonly SeqRange[]): Promise<void>
  /** Drops the text of entries that retention has removed. */
  dropExpired(org: OrgId): Promise<void>
  /** The entries covered, and the backlog of `advance`. */
  progress(org: OrgId): Promise<{ readonly indexed: number; readonly behind: number }>
  /** Verifies, in slices, that each covered entry is found. Returns a sentence for each of the first differences. */
  verify(org: OrgId): Promise<readonly string[]>
}
