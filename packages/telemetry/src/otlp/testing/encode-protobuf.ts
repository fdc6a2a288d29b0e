import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import type { AnyValueJson, KeyValueJson, LogRecordJson, LogsJson, SpanJson, TracesJson } from './otlp-json.ts'

/** Encodes a request in OTLP's JSON as protobuf. */
export function encodeLogs({ resourceLogs = [] }: LogsJson): Buffer {
  return message((request) => {
    for (const { resource, scopeLogs = [] } of resourceLogs) {
      const ofResource = [
        ...resourceOf(resource),
        ...scopeLogs.map(({ scope, logRecords = [] }) =>
          field(2, message(parts([...scopeOf(scope), ...logRecords.map((record) => field(2, logRecord(record)))]))),
        ),
      ]
      field(1, message(parts(ofResource)))(request)
    }
  })
}

export function encodeTraces({ resourceSpans = [] }: TracesJson): Buffer {
  return message((request) => {
    for (const { resource, scopeSpans = [] } of resourceSpans) {
      const ofResource = [
        ...resourceOf(resource),
        ...scopeSpans.map(({ scope, spans = [] }) =>
          field(2, message(parts([...scopeOf(scope), ...spans.map((one) => field(2, spanOf(one)))]))),
        ),
      ]
      field(1, message(parts(ofResource)))(request)
    }
  })
}

type Part = (writer: BinaryWriter) => void

export function message(write: Part): Buffer {
  const writer = new BinaryWriter()
  write(writer)
  return Buffer.from(writer.finish())
}

export const parts =
  (all: readonly Part[]): Part =>
  (writer) => {
    for (const part of all) part(writer)
  }

export function field(number: number, value: Uint8Array | string | undefined): Part {
  return (writer) => {
    if (value === undefined) return
    const at = writer.tag(number, WireType.LengthDelimited)
    if (typeof value === 'string') at.string(value)
    else at.bytes(value)
  }
}

function instant(number: number, nanos: string | undefined): Part {
  return (writer) => {
    if (nanos !== undefined) writer.tag(number, WireType.Bit64).fixed64(nanos)
  }
}

const hex = (id: string | undefined) => (id === undefined ? undefined : Buffer.from(id, 'hex'))
const pairs = (number: number, all: readonly KeyValueJson[] | undefined) =>
  (all ?? []).map((pair) => field(number, keyValue(pair)))

function resourceOf(resource: { readonly attributes: readonly KeyValueJson[] } | undefined): Part[] {
  return resource === undefined ? [] : [field(1, message(parts([...pairs(1, resource.attributes)])))]
}

function scopeOf(scope: { readonly name?: string } | undefined): Part[] {
  return scope === undefined ? [] : [field(1, message(field(1, scope.name)))]
}

function logRecord(record: LogRecordJson): Buffer {
  return message(
    parts([
      instant(1, record.timeUnixNano),
      field(5, record.body === undefined ? undefined : anyValue(record.body)),
      ...pairs(6, record.attributes),
      field(9, hex(record.traceId)),
      field(10, hex(record.spanId)),
      instant(11, record.observedTimeUnixNano),
      field(12, record.eventName),
    ]),
  )
}

function spanOf(span: SpanJson): Buffer {
  const events = (span.events ?? []).map(({ name, attributes }) =>
    field(11, message(parts([field(2, name), ...pairs(3, attributes)]))),
  )
  return message(
    parts([
      field(1, hex(span.traceId)),
      field(2, hex(span.spanId)),
      field(4, hex(span.parentSpanId)),
      field(5, span.name),
      instant(7, span.startTimeUnixNano),
      instant(8, span.endTimeUnixNano),
      ...pairs(9, span.attributes),
      ...events,
      field(15, span.status === undefined ? undefined : message(status(span.status))),
    ]),
  )
}

function status({ code, message: text }: { readonly code?: number; readonly message?: string }): Part {
  return (writer) => {
    field(2, text)(writer)
    if (code !== undefined) writer.tag(3, WireType.Varint).int32(code)
  }
}

function keyValue({ key, value }: KeyValueJson): Buffer {
  return message(parts([field(1, key), field(2, anyValue(value))]))
}

export function anyValue(value: AnyValueJson): Buffer {
  const { stringValue, boolValue, intValue, doubleValue, bytesValue, arrayValue, kvlistValue } = value
  return message((writer) => {
    field(1, stringValue)(writer)
    if (boolValue !== undefined) writer.tag(2, WireType.Varint).bool(boolValue)
    if (intValue !== undefined) writer.tag(3, WireType.Varint).int64(intValue)
    if (doubleValue !== undefined) writer.tag(4, WireType.Bit64).double(doubleValue)
    if (arrayValue !== undefined) {
      field(5, message(parts(arrayValue.values.map((one) => field(1, anyValue(one))))))(writer)
    }
    if (kvlistValue !== undefined) field(6, message(parts([...pairs(1, kvlistValue.values)])))(writer)
    field(7, bytesValue === undefined ? undefined : Buffer.from(bytesValue, 'base64'))(writer)
  })
}
