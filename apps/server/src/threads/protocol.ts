import type { ErrorCode, ErrorDetails } from '@sentinelmesh/api'

/** Settings of a thread. */
export interface ThreadSettings {
  /** Heap that a job may use. */
  readonly jobBytes: number
  /** The largest result, serialized. */
  readonly replyBytes: number
}

/** Main thread to worker: run this job. A thread runs one at a time. */
export interface Request {
  readonly name: string
  readonly input: unknown
}

export interface Refusal {
  readonly code: ErrorCode
  readonly details: ErrorDetails
}

/** Worker to main thread: `ready` once when its program is loaded, then one reply per request. */
export type Reply =
  | { readonly type: 'ready' }
  /** `value` was written by `v8.serialize`. */
  | { readonly type: 'done'; readonly value: Uint8Array }
  /** The job threw a `DomainError`; `value` is a `Refusal`. */
  | { readonly type: 'refused'; readonly value: Uint8Array }
  /** The job needed too much memory: for its work, or for its result. */
  | { readonly type: 'too_large'; readonly limit: 'threadJobBytes' | 'threadReplyBytes' }
  /** The job threw anything else, which is a fault of ours. */
  | { readonly type: 'failed'; readonly message: string; readonly stack: string }
