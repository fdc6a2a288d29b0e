import type { LogRecord, Span, TelemetryRecord } from '../otlp/telemetry.ts'
import type { MappedEntry } from './mapped-entry.ts'

/** The tool that a call of some trace went to, by the call's id; null where no record of the request tells it. */
export type ToolOfCall = (callId: string) => string | null

export interface ToldCall {
  readonly callId: string
  readonly tool: string
}

/**
 * Reads the records of one dialect. Pure, and total: whatever a record holds, it gives entries or none and never throws.
 * Which mapper reads a record is `sourceOf`'s to say; one record is read by one mapper.
 */
export interface Mapper {
  /** In the order in which things happened. `toolOfCall`: what the records of the same trace in the request told. */
  readonly log: (record: LogRecord, toolOfCall?: ToolOfCall) => readonly MappedEntry[]
  readonly span: (span: Span) => readonly MappedEntry[]
  /** Calls that a record tells of, also those that make no entry: where each message is a record, results lack names. */
  readonly calls?: (record: TelemetryRecord) => readonly ToldCall[]
}
