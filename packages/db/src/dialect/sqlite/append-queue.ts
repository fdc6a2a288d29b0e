import type { OrgId } from '@sentinelmesh/api'
import { DomainError } from '@sentinelmesh/api/constants'
import { LIMITS } from '../../limits.ts'
import type { Appended, JudgedEntry } from '../../log-store.ts'

/** A call of `append` that waits. It is written whole, in one batch. */
export interface QueuedCall {
  readonly org: OrgId
  readonly entries: readonly JudgedEntry[]
  readonly size: number
  readonly resolve: (appended: readonly Appended[]) => void
  readonly reject: (reason: unknown) => void
}

/** Appends that wait for the batch in flight: bounded, and shared fairly between orgs. */
export interface AppendQueue {
  /** Throws `store_busy`, naming the limit, when the queue or the org's share of it is full. */
  add(call: Omit<QueuedCall, 'size'>): void
  /** The next batch; empty when nothing waits. Until `done` it counts towards the bounds. */
  take(): readonly QueuedCall[]
  done(batch: readonly QueuedCall[]): void
  readonly entries: number
  readonly size: number
  readonly waiting: boolean
}

export function appendQueue(): AppendQueue {
  /** Whose turn it is next comes first. */
  const lines = new Map<OrgId, QueuedCall[]>()
  const held = new Map<OrgId, Load>()
  const all: Load = { entries: 0, size: 0 }

  return {
    get entries() {
      return all.entries
    },
    get size() {
      return all.size
    },
    get waiting() {
      return lines.size > 0
    },
    add(given) {
      const { org, entries, resolve, reject } = given
      const call = { org, entries, resolve, reject, size: sizeOf(entries) }
      const own = held.get(call.org) ?? { entries: 0, size: 0 }
      refuseWhenFull(all, call, 1)
      refuseWhenFull(own, call, LIMITS.queueOrgShare)
      for (const load of [all, own]) {
        load.entries += call.entries.length
        load.size += call.size
      }
      held.set(call.org, own)
      const line = lines.get(call.org)
      if (line === undefined) lines.set(call.org, [call])
      else line.push(call)
    },
    take() {
      return takeFairly(lines)
    },
    done(batch) {
      for (const { org, entries, size } of batch) {
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

function refuseWhenFull(load: Load, call: QueuedCall, share: number): void {
  // A call larger than a share is taken by an empty queue: nothing else would ever take it.
  if (load.entries === 0) return
  for (const [limit, used] of [
    ['queueEntries', load.entries + call.entries.length],
    ['queueBytes', load.size + call.size],
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
