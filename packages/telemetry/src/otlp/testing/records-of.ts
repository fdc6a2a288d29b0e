import type { LazyRecord } from '../lazy-record.ts'
import type { TelemetryRecord } from '../telemetry.ts'

/** Decodes all records of a request. */
export function recordsOf(pieces: Iterable<LazyRecord | undefined>): TelemetryRecord[] {
  return Array.from(pieces).flatMap((read) => (read === undefined ? [] : [read()]))
}
