import type { OrgId, Seq } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import type { LogQuery, StoredEntry } from '@sentinelmesh/db'
import type { Bus } from '../bus.ts'
import type { Clock } from '../clock.ts'
import type { SharedReads } from './read-shared.ts'

/** A follower that is further behind than this is told so; it catches up by reading, not from memory. */
const LAGGING_ENTRIES = 10_000

export interface TailDeps {
  readonly bus: Bus
  readonly shared: SharedReads
  readonly clock: Clock
}

export interface FollowOptions {
  readonly after: Seq
  /** `undecided`: it would take too long here, and the store is asked instead. */
  readonly matches: (entry: StoredEntry) => boolean | 'undecided'
  /** The same for the store: who is far behind reads only what it holds for. Absent: it reads everything. */
  readonly query?: LogQuery | undefined
  /** Resolves when what was yielded before has left the process. */
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
 * Follows an org's log until `signal` aborts. Each seq is accounted for once, in order: shown, in a gap, or passed by
 * `progress`. Catching up, live, a lost announcement and a slow reader are this one path; its memory is one slice,
 * however far behind a reader is. A position above the head is of a log that is no more: a gap says so, `rewound`, and the
 * tail goes on from the head.
 */
export async function* follow(deps: TailDeps, org: OrgId, options: FollowOptions): AsyncGenerator<Followed, void> {
  const { bus, shared, clock } = deps
  const { signal, drained, matches, query } = options
  const lag = lagOf(clock)
  let cursor = options.after
  let behind = 0
  let isDear = false
  // Before the first read, so that what is announced between a read and the wait ends that wait.
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
    const told = lag(behind, more)
    if (told !== undefined) yield { type: 'lagging', cursor, behind: told }
    // This and `drained` end when the signal aborts: tRPC's `return()` queues behind whatever is awaited.
    if (!more) await wake.wait(LIMITS.tailProgressMs, signal)
  }
}

/** How far behind to tell, after each slice: at once when it is far, then every few seconds, and when that has ended. */
function lagOf(clock: Clock): (behind: number, more: boolean) => number | undefined {
  let toldAt: number | undefined
  return (behind, more) => {
    if (toldAt !== undefined && !more) {
      toldAt = undefined
      return 0
    }
    const due = toldAt === undefined || clock.now() - toldAt >= LIMITS.tailProgressMs
    if (behind <= LAGGING_ENTRIES || !due) return undefined
    toldAt = clock.now()
    return behind
  }
}
