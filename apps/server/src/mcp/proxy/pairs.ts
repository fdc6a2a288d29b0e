import type { NamedCall } from './clients.ts'
import type { Id } from './message.ts'
import { LIMITS } from './limits.ts'

/** Of a request, what is needed to read its answer. Its parameters may be long, and are not kept. */
export interface Pending {
  readonly method: string
  /** Tool, prompt or resource. */
  readonly target: string | null
  /** `<connection>:<id>`. */
  readonly callId: string
  /** Null where the client names none. */
  readonly named: NamedCall | null
  /** Of the page of a list. */
  readonly cursor: string | null
  /** Id of the task that it asks about. */
  readonly task: string | null
  readonly trace: Readonly<Record<string, string>>
  /** Milliseconds. */
  readonly since: number
}

export interface Pairs {
  add(id: Id, pending: Pending): void
  get(id: Id): Pending | undefined
  take(id: Id): Pending | undefined
}

/** Requests without an answer yet. Those that are too old or too many are forgotten, the oldest first; traffic goes on. */
export function pairs(now: () => number): Pairs {
  const open = new Map<Id, Pending>()
  return {
    add(id, pending) {
      open.delete(id)
      open.set(id, pending)
      for (const [oldest, { since }] of open) {
        if (open.size <= LIMITS.pairs && since > now() - LIMITS.pairMs) break
        open.delete(oldest)
      }
    },
    get: (id) => open.get(id),
    take(id) {
      const pending = open.get(id)
      open.delete(id)
      return pending
    },
  }
}
