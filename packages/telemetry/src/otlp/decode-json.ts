import { LIMITS } from '@sentinelmesh/api/constants'
import { JsonTextError } from '@sentinelmesh/text/json-text'
import { jsonSteps } from '@sentinelmesh/text/json-steps'
import { hasRoomForValue } from '../mappers/record-budget.ts'
import { NotJson } from '@sentinelmesh/text/not-json'
import { NotDecodable, type LazyRecord, type Signal } from './lazy-record.ts'
import { TOO_DEEP, emptyMap, integerText, logRecord, span } from './records.ts'
import type { Attributes, AttributeValue, Resource, Scope, Span, SpanEvent, TelemetryRecord } from './telemetry.ts'

type Json = Readonly<Record<string, unknown>>

/** OTLP's names for the members of a request, a resource, and a scope. */
const NAMES = {
  logs: { resources: 'resourceLogs', scopes: 'scopeLogs', records: 'logRecords' },
  traces: { resources: 'resourceSpans', scopes: 'scopeSpans', records: 'spans' },
} as const

/** Yields the records of a request in OTLP's JSON, and undefined at pauses of the parser. Throws `NotDecodable`. */
export function* decodeJson(body: Buffer, signal: Signal): Generator<LazyRecord | undefined, void> {
  const request = yield* parse(body)
  if (!isObject(request)) throw new NotDecodable('The body has to be a JSON object.')
  const { resources, scopes, records } = NAMES[signal]
  const read = signal === 'logs' ? readLog : readSpan
  for (const ofResource of list(request[resources], resources)) {
    if (!isObject(ofResource)) throw new NotDecodable(`${resources} has to hold objects.`)
    const resource = readResource(ofResource['resource'])
    for (const ofScope of list(ofResource[scopes], scopes)) {
      if (!isObject(ofScope)) throw new NotDecodable(`${scopes} has to hold objects.`)
      const scope = readScope(ofScope['scope'])
      for (const record of list(ofScope[records], records)) {
        if (!isObject(record)) throw new NotDecodable(`${records} has to hold objects.`)
        yield () => read(record, resource, scope)
      }
    }
  }
}

/** Bounds the parser's stack. Attribute values have a smaller limit of their own. */
const DEPTH = 100_000

function* parse(body: Buffer): Generator<undefined, unknown> {
  try {
    const { value } = yield* jsonSteps(body.toString('utf8'), { depth: DEPTH })
    if (!(value instanceof NotJson)) return value
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error
    throw new NotDecodable(`The body nests deeper than ${DEPTH} levels.`, { cause: error })
  }
  throw new NotDecodable('The body is not JSON.')
}

function list(value: unknown, name: string): readonly unknown[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw new NotDecodable(`${name} has to be an array.`)
  return value
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readResource(value: unknown): Resource {
  return { attributes: readAttributes(isObject(value) ? value['attributes'] : undefined) }
}

function readScope(value: unknown): Scope {
  return { name: text(isObject(value) ? value['name'] : undefined) }
}

function readLog(record: Json, resource: Resource, scope: Scope): TelemetryRecord {
  return logRecord({
    resource,
    scope,
    attributes: readAttributes(record['attributes']),
    traceId: id(record['traceId'], 32),
    spanId: id(record['spanId'], 16),
    eventName: text(record['eventName']),
    body: readValue(record['body'], 1),
    timeNanos: nanos(record['timeUnixNano']),
    observedNanos: nanos(record['observedTimeUnixNano']),
  })
}

function readSpan(record: Json, resource: Resource, scope: Scope): TelemetryRecord {
  return span({
    resource,
    scope,
    attributes: readAttributes(record['attributes']),
    traceId: id(record['traceId'], 32),
    spanId: id(record['spanId'], 16),
    parentSpanId: id(record['parentSpanId'], 16),
    name: text(record['name']),
    startNanos: nanos(record['startTimeUnixNano']),
    endNanos: nanos(record['endTimeUnixNano']),
    events: array(record['events']).filter(isObject).map(readEvent),
    status: readStatus(record['status']),
  })
}

function readEvent(event: Json): SpanEvent {
  return { name: text(event['name']), attributes: readAttributes(event['attributes']) }
}

function readStatus(value: unknown): Span['status'] {
  const { code, message } = isObject(value) ? value : {}
  return { error: code === 2 || code === '2' || code === 'STATUS_CODE_ERROR', message: text(message) }
}

function readAttributes(value: unknown): Attributes {
  const attributes = new Map<string, AttributeValue>()
  for (const pair of array(value)) {
    if (!isObject(pair)) continue
    const read = readValue(pair['value'], 1)
    if (read !== undefined) attributes.set(text(pair['key']), read)
  }
  return attributes
}

/** `AnyValue`; `level` counts from 1. Undefined for a value that is empty or of an unknown type. */
function readValue(value: unknown, level: number): AttributeValue | undefined {
  if (!isObject(value) || !hasRoomForValue()) return undefined
  if (level > LIMITS.otlpDepth) return TOO_DEEP
  const { stringValue, boolValue, intValue, doubleValue, bytesValue, arrayValue, kvlistValue } = value
  if (typeof stringValue === 'string') return stringValue
  if (typeof boolValue === 'boolean') return boolValue
  if (intValue !== undefined && intValue !== null) return readInteger(intValue)
  if (doubleValue !== undefined && doubleValue !== null) return readDouble(doubleValue)
  if (typeof bytesValue === 'string') return new Uint8Array(Buffer.from(bytesValue, 'base64'))
  if (isObject(arrayValue)) return readArray(arrayValue['values'], level)
  if (isObject(kvlistValue)) return readMap(kvlistValue['values'], level)
  return undefined
}

function readArray(values: unknown, level: number): AttributeValue[] {
  return array(values).flatMap((one) => {
    const read = readValue(one, level + 1)
    return read === undefined ? [] : [read]
  })
}

function readMap(values: unknown, level: number): Record<string, AttributeValue> {
  const members = emptyMap()
  for (const pair of array(values)) {
    if (!isObject(pair)) continue
    const read = readValue(pair['value'], level + 1)
    if (read !== undefined) members[text(pair['key'])] = read
  }
  return members
}

/** Protobuf's JSON has 64-bit integers as texts, but many exporters send numbers. */
function readInteger(value: unknown): number | bigint | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? Math.trunc(value) : undefined
  return typeof value === 'string' ? (integerText(value) ?? undefined) : undefined
}

function readDouble(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  return typeof value === 'string' && value !== '' && (value === 'NaN' || !Number.isNaN(Number(value)))
    ? Number(value)
    : undefined
}

/** `fixed64`; 0 if the value is not one. */
function nanos(value: unknown): bigint {
  if (typeof value === 'number') return value > 0 && value < 2 ** 64 ? BigInt(Math.trunc(value)) : 0n
  const read = typeof value === 'string' && /^\d{1,20}$/.test(value) ? BigInt(value) : 0n
  return read < 2n ** 64n ? read : 0n
}

function id(value: unknown, digits: number): string | null {
  if (typeof value !== 'string' || value.length !== digits || !/^[\da-f]+$/i.test(value) || /^0+$/.test(value))
    return null
  return value.toLowerCase()
}

const text = (value: unknown) => (typeof value === 'string' ? value : '')
const array = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
