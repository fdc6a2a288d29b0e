import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'
import { LIMITS } from '@sentinelmesh/api/constants'
import { hasRoomForValue } from '../mappers/record-budget.ts'
import { NotDecodable, type LazyRecord, type Signal } from './lazy-record.ts'
import { TOO_DEEP, emptyMap, integer, logRecord, span } from './records.ts'
import type { AttributeValue, Resource, Scope, Span, SpanEvent, TelemetryRecord } from './telemetry.ts'

/** A field's number together with its wire type; the same number with another wire type is an unknown field. */
const field = (number: number, type: WireType) => number * 8 + type
const { Varint, Bit64, LengthDelimited: Bytes } = WireType

/** Logs and traces have the same field numbers in requests, in `Resource…`, and in `Scope…`. */
const REQUEST = { ofResource: field(1, Bytes) }
const OF_RESOURCE = { resource: field(1, Bytes), ofScope: field(2, Bytes) }
const OF_SCOPE = { scope: field(1, Bytes), record: field(2, Bytes) }
const RESOURCE = { attributes: field(1, Bytes) }
const SCOPE = { name: field(1, Bytes) }
const LOG_RECORD = {
  timeUnixNano: field(1, Bit64),
  body: field(5, Bytes),
  attributes: field(6, Bytes),
  traceId: field(9, Bytes),
  spanId: field(10, Bytes),
  observedTimeUnixNano: field(11, Bit64),
  eventName: field(12, Bytes),
}
const SPAN = {
  traceId: field(1, Bytes),
  spanId: field(2, Bytes),
  parentSpanId: field(4, Bytes),
  name: field(5, Bytes),
  startTimeUnixNano: field(7, Bit64),
  endTimeUnixNano: field(8, Bit64),
  attributes: field(9, Bytes),
  events: field(11, Bytes),
  status: field(15, Bytes),
}
const EVENT = { name: field(2, Bytes), attributes: field(3, Bytes) }
const STATUS = { message: field(2, Bytes), code: field(3, Varint) }
const STATUS_CODE_ERROR = 2
const KEY_VALUE = { key: field(1, Bytes), value: field(2, Bytes) }
const ANY_VALUE = {
  string: field(1, Bytes),
  bool: field(2, Varint),
  int: field(3, Varint),
  double: field(4, Bit64),
  array: field(5, Bytes),
  kvlist: field(6, Bytes),
  bytes: field(7, Bytes),
}
/** `ArrayValue` and `KeyValueList`. */
const LIST = { values: field(1, Bytes) }

/** Yields the records of a request in protobuf. Throws `NotDecodable`. */
export function* decodeProtobuf(body: Buffer, signal: Signal): Generator<LazyRecord, void> {
  const reader = new BinaryReader(body, (bytes) => (bytes as Buffer).toString('utf8'))
  const read = signal === 'logs' ? readLog : readSpan
  try {
    for (const ofResource of messages(reader, { start: 0, end: body.length }, REQUEST.ofResource)) {
      // On the wire, the resource can follow the records that belong to it, so it is read first.
      const resource = readResource(reader, ofResource)
      for (const ofScope of messages(reader, ofResource, OF_RESOURCE.ofScope)) {
        const scope = readScope(reader, ofScope)
        for (const record of messages(reader, ofScope, OF_SCOPE.record)) {
          yield () => decoded(() => read(reader, record, resource, scope))
        }
      }
    }
  } catch (error) {
    throw toNotDecodable(error)
  }
}

function decoded<Result>(read: () => Result): Result {
  try {
    return read()
  } catch (error) {
    throw toNotDecodable(error)
  }
}

/** The library reports malformed input as a plain `Error`. A `TypeError` is a bug of ours and stays one. */
function toNotDecodable(error: unknown): unknown {
  if (error instanceof TypeError || error instanceof NotDecodable) return error
  return new NotDecodable('The body is not the protobuf message that this address takes.', { cause: error })
}

/** The offsets of a message in the body. */
interface Range {
  readonly start: number
  readonly end: number
}

/** The messages in one field, in order. The caller can move the reader while it handles one. */
function* messages(reader: BinaryReader, within: Range, wanted: number): Generator<Range, void> {
  let next = within.start
  while (next < within.end) {
    reader.pos = next
    const tag = tagOf(reader)
    if (tag === wanted) {
      const end = endOfBytes(reader, within.end)
      next = end
      yield { start: reader.pos, end }
    } else {
      skip(reader, tag, within.end)
      next = reader.pos
    }
  }
}

function tagOf(reader: BinaryReader): number {
  const [number, type] = reader.tag()
  return number * 8 + type
}

/** Reads a length and leaves the reader at the first byte. */
function endOfBytes(reader: BinaryReader, before: number): number {
  const length = reader.uint32()
  const end = reader.pos + length
  if (end > before) throw new NotDecodable('A field of the body is longer than the message that holds it.')
  return end
}

function skip(reader: BinaryReader, tag: number, before: number): void {
  if (tag % 8 === Bytes) reader.pos = endOfBytes(reader, before)
  else reader.skip(tag % 8, Math.floor(tag / 8))
  if (reader.pos > before) throw new NotDecodable('A field of the body is longer than the message that holds it.')
}

/** Checks, after the fields of a message, that the last one did not extend past the message's end. */
function checkEnd(reader: BinaryReader, end: number): void {
  if (reader.pos > end) throw new NotDecodable('A field of the body is longer than the message that holds it.')
}

function readResource(reader: BinaryReader, ofResource: Range): Resource {
  const attributes: AttributeMap = new Map()
  for (const resource of messages(reader, ofResource, OF_RESOURCE.resource)) {
    for (const { end } of messages(reader, resource, RESOURCE.attributes)) readAttribute(reader, end, attributes)
  }
  return { attributes }
}

function readScope(reader: BinaryReader, ofScope: Range): Scope {
  let name = ''
  for (const { end } of messages(reader, ofScope, OF_SCOPE.scope)) {
    while (reader.pos < end) {
      const tag = tagOf(reader)
      if (tag === SCOPE.name) name = reader.string()
      else skip(reader, tag, end)
    }
    checkEnd(reader, end)
  }
  return { name }
}

function readLog(reader: BinaryReader, { start, end }: Range, resource: Resource, scope: Scope): TelemetryRecord {
  const attributes: AttributeMap = new Map()
  let traceId: string | null = null
  let spanId: string | null = null
  let eventName = ''
  let body: AttributeValue | undefined
  let timeNanos = 0n
  let observedNanos = 0n
  for (reader.pos = start; reader.pos < end;) {
    const tag = tagOf(reader)
    switch (tag) {
      case LOG_RECORD.timeUnixNano:
        timeNanos = BigInt(reader.fixed64())
        break
      case LOG_RECORD.observedTimeUnixNano:
        observedNanos = BigInt(reader.fixed64())
        break
      case LOG_RECORD.attributes:
        readAttribute(reader, endOfBytes(reader, end), attributes)
        break
      case LOG_RECORD.body:
        body = readValue(reader, endOfBytes(reader, end), 1)
        break
      case LOG_RECORD.traceId:
        traceId = id(reader, TRACE_ID_BYTES)
        break
      case LOG_RECORD.spanId:
        spanId = id(reader, SPAN_ID_BYTES)
        break
      case LOG_RECORD.eventName:
        eventName = reader.string()
        break
      default:
        skip(reader, tag, end)
    }
  }
  checkEnd(reader, end)
  return logRecord({ resource, scope, attributes, traceId, spanId, eventName, body, timeNanos, observedNanos })
}

function readSpan(reader: BinaryReader, { start, end }: Range, resource: Resource, scope: Scope): TelemetryRecord {
  const attributes: AttributeMap = new Map()
  const events: SpanEvent[] = []
  let traceId: string | null = null
  let spanId: string | null = null
  let parentSpanId: string | null = null
  let name = ''
  let startNanos = 0n
  let endNanos = 0n
  let status: Span['status'] = { error: false, message: '' }
  for (reader.pos = start; reader.pos < end;) {
    const tag = tagOf(reader)
    switch (tag) {
      case SPAN.traceId:
        traceId = id(reader, TRACE_ID_BYTES)
        break
      case SPAN.spanId:
        spanId = id(reader, SPAN_ID_BYTES)
        break
      case SPAN.parentSpanId:
        parentSpanId = id(reader, SPAN_ID_BYTES)
        break
      case SPAN.name:
        name = reader.string()
        break
      case SPAN.startTimeUnixNano:
        startNanos = BigInt(reader.fixed64())
        break
      case SPAN.endTimeUnixNano:
        endNanos = BigInt(reader.fixed64())
        break
      case SPAN.attributes:
        readAttribute(reader, endOfBytes(reader, end), attributes)
        break
      case SPAN.events:
        events.push(readEvent(reader, endOfBytes(reader, end)))
        break
      case SPAN.status:
        status = readStatus(reader, endOfBytes(reader, end))
        break
      default:
        skip(reader, tag, end)
    }
  }
  checkEnd(reader, end)
  const ids = { traceId, spanId, parentSpanId }
  return span({ resource, scope, attributes, ...ids, name, startNanos, endNanos, events, status })
}

function readEvent(reader: BinaryReader, end: number): SpanEvent {
  const attributes: AttributeMap = new Map()
  let name = ''
  while (reader.pos < end) {
    const tag = tagOf(reader)
    if (tag === EVENT.name) name = reader.string()
    else if (tag === EVENT.attributes) readAttribute(reader, endOfBytes(reader, end), attributes)
    else skip(reader, tag, end)
  }
  checkEnd(reader, end)
  return { name, attributes }
}

function readStatus(reader: BinaryReader, end: number): Span['status'] {
  let error = false
  let message = ''
  while (reader.pos < end) {
    const tag = tagOf(reader)
    if (tag === STATUS.message) message = reader.string()
    else if (tag === STATUS.code) error = reader.int32() === STATUS_CODE_ERROR
    else skip(reader, tag, end)
  }
  checkEnd(reader, end)
  return { error, message }
}

type AttributeMap = Map<string, AttributeValue>

function readAttribute(reader: BinaryReader, end: number, attributes: AttributeMap): void {
  const { key, value } = readPair(reader, end, 1)
  if (value !== undefined) attributes.set(key, value)
}

/** `KeyValue`. */
function readPair(
  reader: BinaryReader,
  end: number,
  level: number,
): { readonly key: string; readonly value: AttributeValue | undefined } {
  let key = ''
  let value: AttributeValue | undefined
  while (reader.pos < end) {
    const tag = tagOf(reader)
    if (tag === KEY_VALUE.key) key = reader.string()
    else if (tag === KEY_VALUE.value) value = readValue(reader, endOfBytes(reader, end), level)
    else skip(reader, tag, end)
  }
  checkEnd(reader, end)
  return { key, value }
}

/** `AnyValue`; `level` counts from 1. Undefined for a value that is empty or of an unknown type. */
function readValue(reader: BinaryReader, end: number, level: number): AttributeValue | undefined {
  let value: AttributeValue | undefined
  if (!hasRoomForValue()) reader.pos = end
  else if (level > LIMITS.otlpDepth) {
    if (reader.pos < end) value = TOO_DEEP
    reader.pos = end
  }
  while (reader.pos < end) {
    const tag = tagOf(reader)
    switch (tag) {
      case ANY_VALUE.string:
        value = reader.string()
        break
      case ANY_VALUE.bool:
        value = reader.bool()
        break
      case ANY_VALUE.int:
        value = integer(BigInt(reader.int64()))
        break
      case ANY_VALUE.double:
        value = reader.double()
        break
      case ANY_VALUE.array:
        value = readArray(reader, endOfBytes(reader, end), level)
        break
      case ANY_VALUE.kvlist:
        value = readMap(reader, endOfBytes(reader, end), level)
        break
      case ANY_VALUE.bytes:
        value = new Uint8Array(reader.bytes())
        break
      default:
        skip(reader, tag, end)
    }
  }
  checkEnd(reader, end)
  return value
}

function readArray(reader: BinaryReader, end: number, level: number): AttributeValue[] {
  const values: AttributeValue[] = []
  for (const one of messages(reader, { start: reader.pos, end }, LIST.values)) {
    const value = readValue(reader, one.end, level + 1)
    if (value !== undefined) values.push(value)
  }
  return values
}

function readMap(reader: BinaryReader, end: number, level: number): Record<string, AttributeValue> {
  const members = emptyMap()
  for (const one of messages(reader, { start: reader.pos, end }, LIST.values)) {
    const { key, value } = readPair(reader, one.end, level + 1)
    if (value !== undefined) members[key] = value
  }
  return members
}

const TRACE_ID_BYTES = 16
const SPAN_ID_BYTES = 8
const ALL_ZERO = /^0+$/

/** Null if the id has another length or is all zero. */
function id(reader: BinaryReader, length: number): string | null {
  const bytes = reader.bytes()
  if (bytes.length !== length) return null
  const digits = Buffer.from(bytes.buffer, bytes.byteOffset, length).toString('hex')
  return ALL_ZERO.test(digits) ? null : digits
}
