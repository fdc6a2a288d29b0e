import type { LogRecord, Span } from '../otlp/telemetry.ts'
import type { MappedEntry } from './mapped-entry.ts'

/**
 * Reads the records of one dialect. Pure, and total: whatever a record holds, it gives entries or none and never throws.
 * Which mapper reads a record is `sourceOf`'s to say; one record is read by one mapper.
 */
export interface Mapper {
  /** In the order in which things happened. */
  readonly log: (record: LogRecord) => readonly MappedEntry[]
  readonly span: (span: Span) => readonly MappedEntry[]
}
