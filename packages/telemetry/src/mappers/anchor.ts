export interface Occurrence {
  readonly callId?: string | null
  readonly traceId?: string | null
  readonly spanId?: string | null
  /** The record's own. Never one derived from its trace, which depends on the other records of the request. */
  readonly session?: string | null
  /** Nanoseconds. */
  readonly timeNanos?: bigint | null
  /** The entry repeats with every call (system prompts, tool definitions) and is stored once per session. */
  readonly oncePerSession?: boolean
}

/** Shorter call ids, such as `call_1`, repeat in every run. */
const UNIQUE_CALL_ID_CHARS = 16

/**
 * The part of a computed id that identifies the occurrence an entry reports, after `data-model.md`, *Idempotency*. Two
 * reports with the same kind, anchor, and payload are one entry. Null if nothing in the record identifies it.
 */
export function anchorOf({ callId, traceId, spanId, session, timeNanos, oncePerSession }: Occurrence): string | null {
  if (oncePerSession) return session ? `session ${session}` : traceId ? `trace ${traceId}` : null
  if (callId && callId.length >= UNIQUE_CALL_ID_CHARS) return `call ${callId}`
  const run = traceId ?? session
  if (callId && run) return `call ${run} ${callId}`
  if (traceId && spanId) return `span ${traceId} ${spanId}`
  if (session && timeNanos) return `time ${session} ${timeNanos}`
  return null
}
