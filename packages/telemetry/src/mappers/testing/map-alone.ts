import type { TelemetryRecord } from '../../otlp/telemetry.ts'
import { mapRequest, type MappedRecord } from '../map-request.ts'

/** Maps a request without knowledge from earlier ones. */
export async function mapAlone(
  records: readonly TelemetryRecord[],
  nowMs: number,
  { keepUnknown }: { readonly keepUnknown: boolean } = { keepUnknown: false },
): Promise<readonly MappedRecord[]> {
  const mapped: MappedRecord[] = []
  const sessions = { get: () => null, remember() {} }
  for await (const one of mapRequest(records, { nowMs, sessions, keepUnknown, turn: async () => {} })) mapped.push(one)
  return mapped
}
