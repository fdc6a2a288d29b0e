export interface Told {
  readonly callId?: string | null
  readonly traceId?: string | null
  readonly spanId?: string | null
  /** The record's own; never one derived from its trace: that changes with what else a request holds. */
  readonly session?: string | null
  /** Nanoseconds. */
  readonly timeNanos?: bigint | null
  /** The entry repeats with every call (system prompts, tool definitions), and is one a session. */
  readonly oncePerSession?: boolean
}

/** Shorter call ids (`call_1`) repeat from run to run. */
const UNIQUE_CALL_ID_CHARS = 16

/**
 * The part of a computed id that says which occurrence an entry tells, after `data-model.md`, *Idempotency*. Two reports
 * with the same kind, anchor and payload are one entry. Null where nothing in the record can tell it from another one.
 */
export function anchorOf({ callId, traceId, spanId, session, timeNanos, oncePerSession }: Told): string | null {
  if (oncePerSession) return session ? `session ${session}` : traceId ? `trace ${traceId}` : null
  if (callId && callId.length >= UNIQUE_CALL_ID_CHARS) return `call ${callId}`
  const run = traceId ?? session
  if (callId && run) return `call ${run} ${callId}`
  if (traceId && spanId) return `span ${traceId} ${spanId}`
  if (session && timeNanos) return `time ${session} ${timeNanos}`
  return null
}
