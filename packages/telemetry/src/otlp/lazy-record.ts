import type { TelemetryRecord } from './telemetry.ts'

export type Signal = 'logs' | 'traces'

/** Decodes a record that was located in a request. Throws `NotDecodable`. */
export type LazyRecord = () => TelemetryRecord

/** The request does not match its content type, so a retry would fail too. */
export class NotDecodable extends Error {
  override readonly name = 'NotDecodable'
}
