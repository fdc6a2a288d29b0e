import type { OrgId } from '@sentinelmesh/api'
import { DomainError } from '@sentinelmesh/api/constants'
import { LIMITS } from '../../../limits.ts'
import type { Appended, AppendLane, JudgedEntry } from '../../../log-store.ts'

/** A queued call of `append`. It is never split across batches. */
export interface QueuedCall {
  readonly org: OrgId
  readonly entries: readonly JudgedEntry[]
  readonly lane: AppendLane
  readonly size: number
  readonly resolve: (appended: readonly Appended[]) => void
  readonly reject: (reason: unknown) => void
}

/**
 * Appends that wait for the batch in flight. The queue is bounded and fair between orgs. Each lane has its own limits
 * and batches, and the lanes alternate while both are queued, so a verdict waits for at most one batch of bulk entries.
 */
export interface AppendQueue {
  /** Throws `store_busy`, naming the limit, if the lane or the org's share of it is full. */
  add(call: Omit<QueuedCall, 'size'>): void
  /** Removes the next batch; empty if nothing is queued. The batch counts toward the limits until `done`. */
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
  /** In the order in which the orgs are served. */
  readonly lines: Map<OrgId, QueuedCall[]>
  readonly held: Map<OrgId, Load>
  readonly all: Load
  readonly limits: LaneLimits
}

/** The names of the limits on entries and on bytes. */
type LaneLimits = readonly ['queueEntries' | 'verdictQueueEntries', 'queueBytes' | 'verdictQueueBytes']

function laneQueue(...limits: LaneLimits): LaneQueue {
  return { lines: new Map(), held: new Map(), all: { entries: 0, size: 0 }, limits }
}

interface Load {
  entries: number
  size: number
}

/**
 * Each queued org gets an equal part of the batch, and the orgs share what is left over. A call is never split, so an
 * org whose next call does not fit comes first in the next batch. An org on its own gets the whole batch.
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
  // Orgs that got nothing come first in the next batch.
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
  // An empty queue accepts a call that is larger than a share, because it could never be accepted otherwise.
  if (load.entries === 0) return
  for (const [limit, used] of [
    [ofEntries, load.entries + call.entries.length],
    [ofBytes, load.size + call.size],
  ] as const)
    if (used > LIMITS[limit] * share)
      throw new DomainError('store_busy', { limit, allowed: LIMITS[limit] * share, retryAfterSeconds: 1 })
}

/** Estimates bytes: everything except payloads and attributes is small and of about the same size in each entry. */
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
