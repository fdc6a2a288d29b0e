import type { TelemetryRecord } from './telemetry.ts'

export type Signal = 'logs' | 'traces'

/** Reads a record that has been found in a request; throws `NotDecodable`. */
export type Piece = () => TelemetryRecord

/** The request is not what its content type says: sent again it would not be either. */
export class NotDecodable extends Error {
  override readonly name = 'NotDecodable'
}
