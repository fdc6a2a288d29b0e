import { LIMITS } from '@sentinelmesh/api/constants'
import { turns } from '../../rule-sets/turns.ts'
import { decodeJson } from './decode-json.ts'
import { decodeProtobuf } from './decode-protobuf.ts'
import type { Piece, Signal } from './piece.ts'
import type { TelemetryRecord } from './telemetry.ts'

export type Encoding = 'json' | 'protobuf'

/** What a request holds; records that break limits are left out of it and counted. */
export interface TelemetryRequest {
  readonly records: readonly TelemetryRecord[]
  readonly refused: Refused
}

export interface Refused {
  readonly count: number
  /** Why the first of them was; null where none was. */
  readonly reason: string | null
}

const DECODE = { json: decodeJson, protobuf: decodeProtobuf }
const TOO_MANY = `A request may hold at most ${LIMITS.otlpRecords} records; those after them were left out. Export fewer at a time.`
const TOO_WIDE = `A record may have at most ${LIMITS.otlpAttributes} attributes, those of its resource and its events included.`

/** Reads all of a request before any of it is used, letting others have their turn. Throws `NotDecodable`. */
export async function readTelemetry(body: Buffer, encoding: Encoding, signal: Signal): Promise<TelemetryRequest> {
  const turn = turns()
  const records: TelemetryRecord[] = []
  let count = 0
  let reason: string | null = null
  const refuse = (why: string) => {
    count += 1
    reason ??= why
  }
  for (const read of DECODE[encoding](body, signal)) {
    await turn()
    if (records.length >= LIMITS.otlpRecords) refuse(TOO_MANY)
    else keep(read)
  }
  return { records, refused: { count, reason } }

  function keep(read: Piece): void {
    const record = read()
    if (attributesOf(record) > LIMITS.otlpAttributes) refuse(TOO_WIDE)
    else records.push(record)
  }
}

function attributesOf(record: TelemetryRecord): number {
  const own = record.resource.attributes.size + record.attributes.size
  return record.type === 'log' ? own : record.events.reduce((sum, event) => sum + event.attributes.size, own)
}
