import { LIMITS } from '@sentinelmesh/api/constants'
import { isOutOfValues, tooLarge, withinRecordBudget } from '../mappers/record-budget.ts'
import type { Turn } from '../turn.ts'
import { decodeJson } from './decode-json.ts'
import { decodeProtobuf } from './decode-protobuf.ts'
import type { Signal } from './lazy-record.ts'
import type { TelemetryRecord } from './telemetry.ts'

export type Encoding = 'json' | 'protobuf'

/** The decoded records of a request, and separately those that were omitted because they exceed limits. */
export interface TelemetryRequest {
  readonly records: readonly TelemetryRecord[]
  readonly leftOut: readonly LeftOut[]
}

export interface LeftOut {
  /**
   * The record whose source they count under: the omitted record itself, or the last one before the limit on records.
   */
  readonly record: TelemetryRecord
  readonly records: number
  readonly reason: string
}

const DECODE = { json: decodeJson, protobuf: decodeProtobuf }
const TOO_MANY = `A request may hold at most ${LIMITS.otlpRecords} records; those after them were left out. Export fewer at a time.`
const TOO_WIDE = `A record may have at most ${LIMITS.otlpAttributes} attributes, those of its resource and its events included.`

/** Decodes a whole request before any of it is used, yielding the event loop in between. Throws `NotDecodable`. */
export async function readTelemetry(
  body: Buffer,
  { encoding, signal, turn }: { readonly encoding: Encoding; readonly signal: Signal; readonly turn: Turn },
): Promise<TelemetryRequest> {
  const records: TelemetryRecord[] = []
  const leftOut: LeftOut[] = []
  let tooMany = 0
  for (const read of DECODE[encoding](body, signal)) {
    const wait = turn()
    if (wait !== undefined) await wait
    if (read === undefined) continue
    if (records.length === LIMITS.otlpRecords) {
      tooMany += 1
      continue
    }
    const { record, isCut } = withinRecordBudget(() => ({ record: read(), isCut: isOutOfValues() }))
    if (isCut) leftOut.push({ record, records: 1, reason: tooLarge(record, { limit: 'otlpRecordValues' }) })
    else if (attributesOf(record) > LIMITS.otlpAttributes) leftOut.push({ record, records: 1, reason: TOO_WIDE })
    else records.push(record)
  }
  const last = records.at(-1)
  if (tooMany > 0 && last !== undefined) leftOut.push({ record: last, records: tooMany, reason: TOO_MANY })
  return { records, leftOut }
}

function attributesOf(record: TelemetryRecord): number {
  const own = record.resource.attributes.size + record.attributes.size
  return record.type === 'log' ? own : record.events.reduce((sum, event) => sum + event.attributes.size, own)
}
