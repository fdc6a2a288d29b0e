import type { OrgId, Seq } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import type { LogQuery, StoredEntry } from '@sentinelmesh/db'
import type { Bus } from '../bus.ts'
import type { Clock } from '../clock.ts'
import type { SharedReads } from './read-shared.ts'

/** A follower with a larger lag is notified of it. It catches up by reading, not from memory. */
const LAGGING_ENTRIES = 10_000

export interface TailDeps {
  readonly bus: Bus
  readonly shared: SharedReads
  readonly clock: Clock
}

export interface FollowOptions {
  readonly after: Seq
  /** `undecided`: the test would take too long here, so the store runs it. */
  readonly matches: (entry: StoredEntry) => boolean | 'undecided'
  /** The same test for the store: a follower with a large lag reads only matching entries. Absent: it reads all. */
  readonly query?: LogQuery | undefined
  /** Resolves when all items yielded so far have left the process. */
  readonly drained: () => Promise<void>
  readonly signal: AbortSignal
}

export type Followed =
  | { readonly type: 'entry'; readonly entry: StoredEntry }
  | { readonly type: 'gap'; readonly from: Seq; readonly to: Seq; readonly reason: string }
  | {
      readonly type: 'progress'
      readonly from: Seq
      readonly cursor: Seq
      readonly scanned: number
      readonly matched: number
      /** Entries that were left out because checking one took too long. */
      readonly undecided: number
    }
  /** `behind` is 0 once it has caught up. */
  | { readonly type: 'lagging'; readonly cursor: Seq; readonly behind: number }

/**
 * Follows an org's log until `signal` aborts. Each seq is accounted for once, in order: it is shown, in a gap, or
 * passed by `progress`. The same loop handles catching up, live entries, lost announcements, and slow readers. It holds
 * one slice in memory, whatever the reader's lag. A position above the head belongs to a log that was replaced: the
 * tail yields the gap `rewound` and continues from the head.
 */
export async function* follow(deps: TailDeps, org: OrgId, options: FollowOptions): AsyncGenerator<Followed, void> {
  const { bus, shared, clock } = deps
  const { signal, drained, matches, query } = options
  const lag = lagOf(clock)
  let cursor = options.after
  let behind = 0
  let isDear = false
  // Comes before the first read, so that an announcement between a read and the wait ends the wait.
  using wake = bus.follow(org)

  while (!signal.aborted) {
    const isForStore = query !== undefined && (isDear || behind > LAGGING_ENTRIES)
    isDear = false
    const slice = isForStore ? await shared.readMatching(org, cursor, query) : await shared.read(org, cursor)
    if (slice.head < cursor) {
      await drained()
      yield { type: 'gap', from: (slice.head + 1) as Seq, to: cursor, reason: 'rewound' }
      cursor = slice.head
      continue
    }
    const from = cursor
    let matched = 0
    let gone = 0
    let end = slice.cursor
    for (const item of slice.items) {
      if (signal.aborted) return
      if (item.type === 'gap') {
        await drained()
        gone += item.to - item.from + 1
        yield { type: 'gap', from: item.from, to: item.to, reason: item.reason }
        continue
      }
      const held = isForStore || matches(item.entry)
      if (held === 'undecided' && query !== undefined) {
        isDear = true
        end = (item.seq - 1) as Seq
        break
      }
      if (held === true) {
        await drained()
        matched += 1
        yield { type: 'entry', entry: item.entry }
      }
    }
    cursor = end
    await drained()
    if (signal.aborted) return
    const { undecided = 0 } = slice
    yield { type: 'progress', from, cursor, scanned: cursor - from - gone, matched, undecided }
    behind = slice.head - cursor
    const more = slice.more || isDear
    const reported = lag(behind, more)
    if (reported !== undefined) yield { type: 'lagging', cursor, behind: reported }
    // This and `drained` end when the signal aborts: tRPC's `return()` queues behind whatever is awaited.
    if (!more) await wake.wait(LIMITS.tailProgressMs, signal)
  }
}

/** The lag to report after a slice: immediately when it is large, then every few seconds, and 0 when it has ended. */
function lagOf(clock: Clock): (behind: number, more: boolean) => number | undefined {
  let reportedAt: number | undefined
  return (behind, more) => {
    if (reportedAt !== undefined && !more) {
      reportedAt = undefined
      return 0
    }
    const due = reportedAt === undefined || clock.now() - reportedAt >= LIMITS.tailProgressMs
    if (behind <= LAGGING_ENTRIES || !due) return undefined
    reportedAt = clock.now()
    return behind
  }
}
