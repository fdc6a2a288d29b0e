import type { MappedEntry } from '../mappers/mapped-entry.ts'
import type { LogRecord, Span, TelemetryRecord } from '../otlp/telemetry.ts'

/** Looks up the tool of a call in the record's trace by call id; null if no record of the request names it. */
export type ToolOfCall = (callId: string) => string | null

export interface NamedCall {
  readonly callId: string
  readonly tool: string
}

/**
 * One dialect of OpenTelemetry: which records it claims, and how they become entries. All functions are pure and total:
 * whatever a record holds, they never throw anything but `RecordTooLarge`. `registry.ts` lists the dialects; the first
 * one that claims a record is the only one that maps it.
 */
export interface Dialect {
  /** The `source` of its entries, and the `service` of their log source. */
  readonly name: string
  readonly claims: (record: TelemetryRecord) => boolean
  /** Entries in the order in which things happened. */
  readonly log: (record: LogRecord, toolOfCall?: ToolOfCall) => readonly MappedEntry[]
  readonly span: (span: Span) => readonly MappedEntry[]
  /** Calls that a record names, even if it makes no entry. For dialects whose results do not name their tool. */
  readonly calls?: (record: TelemetryRecord) => readonly NamedCall[]
}
