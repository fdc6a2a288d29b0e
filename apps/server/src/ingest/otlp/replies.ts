import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import type { Signal } from '@sentinelmesh/telemetry'
import type { Refused } from './tally.ts'
import type { Encoding } from '@sentinelmesh/telemetry'

const REJECTED = {
  logs: 'rejectedLogRecords',
  traces: 'rejectedSpans',
  metrics: 'rejectedDataPoints',
} as const satisfies Record<Signal | 'metrics', string>

/** The reply in the format of the request; empty if all records were accepted. */
export function encodePartialSuccess(
  encoding: Encoding,
  signal: keyof typeof REJECTED,
  { records, reason }: Refused,
): Buffer {
  const all = records === 0
  if (encoding === 'json') {
    const partialSuccess = { [REJECTED[signal]]: String(records), errorMessage: reason ?? '' }
    return Buffer.from(JSON.stringify(all ? {} : { partialSuccess }))
  }
  const writer = new BinaryWriter()
  if (!all) {
    writer.tag(1, WireType.LengthDelimited).fork()
    writer.tag(1, WireType.Varint).int64(records)
    writer.tag(2, WireType.LengthDelimited).string(reason ?? '')
    writer.join()
  }
  return Buffer.from(writer.finish())
}

/** `google.rpc.Code` by the status of HTTP. */
const CODES: Readonly<Record<number, number>> = { 401: 16, 403: 7, 413: 8, 429: 8, 500: 13, 503: 14 }
const INVALID_ARGUMENT = 3

/** `google.rpc.Status`, in the format of the request. */
export function encodeStatus(encoding: Encoding, http: number, message: string): Buffer {
  const code = CODES[http] ?? INVALID_ARGUMENT
  if (encoding === 'json') return Buffer.from(JSON.stringify({ code, message }))
  const writer = new BinaryWriter()
  writer.tag(1, WireType.Varint).int32(code)
  writer.tag(2, WireType.LengthDelimited).string(message)
  return Buffer.from(writer.finish())
}
