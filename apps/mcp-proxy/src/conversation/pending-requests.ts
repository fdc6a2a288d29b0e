import type { Id } from '../json-rpc/message.ts'
import { LIMITS } from '../limits.ts'
import type { NamedCall } from './named-calls.ts'

/** The parts of a request that are needed to read its response. Its parameters may be long and are not kept. */
export interface PendingRequest {
  readonly method: string
  /** Name of the tool or prompt, or URI of the resource. */
  readonly target: string | null
  /** `<connection>:<id>`. */
  readonly callId: string
  /** The client's own id for the call. Null if the client sends none. */
  readonly named: NamedCall | null
  /** Of a paged list. */
  readonly cursor: string | null
  /** The task that this request asks about. */
  readonly taskId: string | null
  readonly trace: Readonly<Record<string, string>>
  /** Milliseconds. */
  readonly since: number
}

export interface PendingRequests {
  add(id: Id, request: PendingRequest): void
  get(id: Id): PendingRequest | undefined
  take(id: Id): PendingRequest | undefined
}

/**
 * Requests in flight, by id. Requests older than `LIMITS.pendingRequestMs` and those beyond `LIMITS.pendingRequests` are
 * dropped, oldest first. Their responses are still forwarded and inspected, as responses to an unknown request.
 */
export function pendingRequests(now: () => number): PendingRequests {
  const inFlight = new Map<Id, PendingRequest>()
  return {
    add(id, request) {
      inFlight.delete(id)
      inFlight.set(id, request)
      for (const [oldest, { since }] of inFlight) {
        if (inFlight.size <= LIMITS.pendingRequests && since > now() - LIMITS.pendingRequestMs) break
        inFlight.delete(oldest)
      }
    },
    get: (id) => inFlight.get(id),
    take(id) {
      const request = inFlight.get(id)
      inFlight.delete(id)
      return request
    },
  }
}
