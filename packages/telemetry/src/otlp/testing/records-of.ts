import type { Piece } from '../piece.ts'
import type { TelemetryRecord } from '../telemetry.ts'

/** All records of a request, read at once. */
export function recordsOf(pieces: Iterable<Piece | undefined>): TelemetryRecord[] {
  return Array.from(pieces).flatMap((read) => (read === undefined ? [] : [read()]))
}
