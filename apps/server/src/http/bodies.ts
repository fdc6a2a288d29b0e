import type { IncomingMessage } from 'node:http'
import { DomainError, LIMITS } from '@sentinelmesh/api/constants'

/**
 * Bytes of request bodies that are announced, have arrived or were inflated, and whose request is not answered yet, or is
 * worked on still. The write queue has a bound of its own; this bounds what waits before it. No org may take all of it.
 */
export interface Bodies {
  /** `org`: its slug, null for everyone without a credential. Throws `store_busy`; what is held already stays held. */
  hold(request: IncomingMessage, org: string | null, bytes: number): void
  /** What the request holds is just so much. */
  settle(request: IncomingMessage, bytes: number): void
  /** Until this has ended too, what the request holds is not let go. */
  holdWhile(request: IncomingMessage, work: Promise<unknown>): void
  /** All that this request holds, when its connection is done with. */
  release(request: IncomingMessage): void
}

interface Load {
  readonly holder: string | null
  bytes: number
  /** Its connection, and what is worked on. */
  users: number
}

export function bodies(): Bodies {
  const held = new WeakMap<IncomingMessage, Load>()
  const ofHolder = new Map<string | null, number>()
  let all = 0

  function change(request: IncomingMessage, holder: string | null, bytes: number): void {
    const before = held.get(request)
    if (before === undefined) held.set(request, { holder, bytes, users: 1 })
    else before.bytes += bytes
    all += bytes
    const left = (ofHolder.get(holder) ?? 0) + bytes
    if (left > 0) ofHolder.set(holder, left)
    else ofHolder.delete(holder)
  }

  function release(request: IncomingMessage): void {
    const load = held.get(request)
    if (load === undefined) return
    load.users -= 1
    if (load.users > 0) return
    change(request, load.holder, -load.bytes)
    held.delete(request)
  }

  return {
    hold(request, org, bytes) {
      if (bytes === 0) return
      refuseWhenFull(all + bytes, 1)
      refuseWhenFull((ofHolder.get(org) ?? 0) + bytes, LIMITS.bodiesOrgShare)
      change(request, org, bytes)
    },
    settle(request, bytes) {
      const load = held.get(request)
      if (load !== undefined) change(request, load.holder, bytes - load.bytes)
    },
    holdWhile(request, work) {
      const load = held.get(request)
      if (load === undefined) return
      load.users += 1
      const end = () => release(request)
      work.then(end, end)
    },
    release,
  }
}

function refuseWhenFull(bytes: number, share: number): void {
  const allowed = LIMITS.bodiesBytes * share
  if (bytes <= allowed) return
  throw new DomainError('store_busy', {
    say: `Requests of ${allowed / 1024 / 1024} MiB are under way already, and no more are read. Nothing of this request was stored; send it again shortly.`,
    limit: 'bodiesBytes',
    allowed,
    retryAfterSeconds: 1,
  })
}

/** What a request is going to hold, as far as it says; without a length as much as it may. */
export function announcedBytes(request: IncomingMessage, most: number): number {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
  if (length !== undefined) return Math.min(Number(length), most)
  return encoding === undefined ? 0 : most
}
