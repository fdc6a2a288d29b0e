import type { OrgId } from '@sentinelmesh/api'
import { DomainError } from '@sentinelmesh/api/constants'
import { LIMITS } from '../../../limits.ts'
import type { Appended, AppendLane, JudgedEntry } from '../../../log-store.ts'

/** A call of `append` that waits. It is written whole, in one batch. */
export interface QueuedCall {
  readonly org: OrgId
  readonly entries: readonly JudgedEntry[]
  readonly lane: AppendLane
  readonly size: number
  readonly resolve: (appended: readonly Appended[]) => void
  readonly reject: (reason: unknown) => void
}

/**
 * Appends that wait for the batch in flight: bounded, and shared fairly between orgs. Each lane has bounds of its own and
 * batches of its own, which alternate while both wait: a verdict waits for one batch of bulk entries at most.
 */
export interface AppendQueue {
  /** Throws `store_busy`, naming the limit, when the lane or the org's share of it is full. */
  add(call: Omit<QueuedCall, 'size'>): void
  /** The next batch; empty when nothing waits. Until `done` it counts towards the bounds. */
  take(): readonly QueuedCall[]
  done(batch: readonly QueuedCall[]): void
  readonly entries: number
  readonly size: number
  readonly waiting: boolean
}

export function appendQueue(): AppendQueue {
  const lanes: Readonly<Record<AppendLane, LaneQueue>> = {
    verdict: laneQueue('verdictQueueEntries', 'verdictQueueBytes'),
    bulk: laneQueue('queueEntries', 'queueBytes'),
  }
  let next: AppendLane = 'verdict'

  return {
    get entries() {
      return lanes.verdict.all.entries + lanes.bulk.all.entries
    },
    get size() {
      return lanes.verdict.all.size + lanes.bulk.all.size
    },
    get waiting() {
      return lanes.verdict.lines.size + lanes.bulk.lines.size > 0
    },
    add({ org, entries, lane, resolve, reject }) {
      const { all, held, lines, limits } = lanes[lane]
      const call = { org, entries, lane, resolve, reject, size: sizeOf(entries) }
      const own = held.get(org) ?? { entries: 0, size: 0 }
      refuseWhenFull(all, call, { limits, share: 1 })
      refuseWhenFull(own, call, { limits, share: LIMITS.queueOrgShare })
      for (const load of [all, own]) {
        load.entries += entries.length
        load.size += call.size
      }
      held.set(org, own)
      const line = lines.get(org)
      if (line === undefined) lines.set(org, [call])
      else line.push(call)
    },
    take() {
      const lane = lanes[next].lines.size > 0 ? next : OTHER[next]
      next = OTHER[lane]
      return takeFairly(lanes[lane].lines)
    },
    done(batch) {
      for (const { org, entries, lane, size } of batch) {
        const { all, held } = lanes[lane]
        const own = held.get(org)
        for (const load of own === undefined ? [all] : [all, own]) {
          load.entries -= entries.length
          load.size -= size
        }
        if (own?.entries === 0) held.delete(org)
      }
    },
  }
}

const OTHER = { verdict: 'bulk', bulk: 'verdict' } as const

interface LaneQueue {
  /** Whose turn it is next comes first. */
  readonly lines: Map<OrgId, QueuedCall[]>
  readonly held: Map<OrgId, Load>
  readonly all: Load
  readonly limits: LaneLimits
}

/** Names of the limits of entries and of bytes. */
type LaneLimits = readonly ['queueEntries' | 'verdictQueueEntries', 'queueBytes' | 'verdictQueueBytes']

function laneQueue(...limits: LaneLimits): LaneQueue {
  return { lines: new Map(), held: new Map(), all: { entries: 0, size: 0 }, limits }
}

interface Load {
  entries: number
  size: number
}

/**
 * Each org that waits gets an equal part of the batch, what one leaves the others share. A call is never split, so an
 * org whose next call does not fit any more is first in the next batch. An org alone gets all of it.
 */
function takeFairly(lines: Map<OrgId, QueuedCall[]>): readonly QueuedCall[] {
  const batch: QueuedCall[] = []
  let entries = 0
  let size = 0
  const taken = new Map<OrgId, number>()
  const part = Math.ceil(LIMITS.batchEntries / Math.max(1, lines.size))
  const fits = (call: QueuedCall) =>
    batch.length === 0 ||
    (entries + call.entries.length <= LIMITS.batchEntries && size + call.size <= LIMITS.batchBytes)

  for (const bound of [part, LIMITS.batchEntries]) {
    for (const [org, line] of lines) {
      let own = taken.get(org) ?? 0
      let count = 0
      for (const call of line) {
        if (own >= bound || !fits(call)) break
        batch.push(call)
        own += call.entries.length
        entries += call.entries.length
        size += call.size
        count++
      }
      taken.set(org, own)
      line.splice(0, count)
    }
  }
  // Who got something goes behind who got nothing.
  const left = Array.from(lines).filter(([, line]) => line.length > 0)
  lines.clear()
  for (const served of [false, true])
    for (const [org, line] of left) if ((taken.get(org) ?? 0) > 0 === served) lines.set(org, line)
  return batch
}

function refuseWhenFull(
  load: Load,
  call: QueuedCall,
  { limits: [ofEntries, ofBytes], share }: { readonly limits: LaneLimits; readonly share: number },
): void {
  // A call larger than a share is taken by an empty queue: nothing else would ever take it.
  if (load.entries === 0) return
  for (const [limit, used] of [
    [ofEntries, load.entries + call.entries.length],
    [ofBytes, load.size + call.size],
  ] as const)
    if (used > LIMITS[limit] * share)
      throw new DomainError('store_busy', { limit, allowed: LIMITS[limit] * share, retryAfterSeconds: 1 })
}

/** An estimate: what is around a payload is small and of about the same size everywhere. */
function sizeOf(entries: readonly JudgedEntry[]): number {
  let size = 0
  for (const { payload, attributes, matches } of entries) {
    size += ENTRY_SIZE + payload.text.length + (attributes?.length ?? 0)
    for (const { places, selections } of matches) size += MATCH_SIZE + PLACE_SIZE * (places.length + selections.length)
  }
  return size
}
const ENTRY_SIZE = 500
const MATCH_SIZE = 300
const PLACE_SIZE = 100
