import { parseTimestamp } from '../timestamp.ts'
import type { Attributes, AttributeValue, LogRecord, Resource, Scope, Span } from './telemetry.ts'

/** What both encodings know of a record before the rules of the receiver are applied. Times in nanoseconds, 0 for none. */
interface Told {
  readonly resource: Resource
  readonly scope: Scope
  readonly attributes: Attributes
  readonly traceId: string | null
  readonly spanId: string | null
}

export interface ToldLog extends Told {
  readonly eventName: string
  readonly body: AttributeValue | undefined
  readonly timeNanos: bigint
  readonly observedNanos: bigint
}

export interface ToldSpan extends Told {
  readonly name: string
  readonly parentSpanId: string | null
  readonly startNanos: bigint
  readonly endNanos: bigint
  readonly events: Span['events']
  readonly status: Span['status']
}

export function logRecord(told: ToldLog): LogRecord {
  const { resource, scope, attributes, traceId, spanId, body } = told
  const eventName = textOf(attributes.get('event.name')) || told.eventName || textOf(body)
  return { type: 'log', resource, scope, attributes, traceId, spanId, eventName, body, timeNanos: timeOf(told) }
}

export function span({ startNanos, endNanos, ...told }: ToldSpan): Span {
  return { type: 'span', ...told, startNanos: known(startNanos), endNanos: known(endNanos) }
}

/** Some senders leave both times out and have one among the attributes. */
function timeOf({ timeNanos, observedNanos, attributes }: ToldLog): bigint | null {
  const told = known(timeNanos) ?? known(observedNanos)
  if (told !== null) return told
  const timestamp = attributes.get('event.timestamp')
  if (!timestamp) return null
  // How far ahead an instant may lie is decided where the entry is made.
  const read = parseTimestamp(timestamp, Number.MAX_SAFE_INTEGER)
  return typeof read === 'string' ? null : BigInt(read.at) * 1000n
}

function known(nanos: bigint): bigint | null {
  return nanos > 0n ? nanos : null
}

const textOf = (value: AttributeValue | undefined) => (typeof value === 'string' ? value : '')

/** Stands where a value nests deeper than `LIMITS.otlpDepth`. */
export const CUT = '[nested too deep]'

const INTEGER = /^-?\d{1,19}$/

/** A number where JavaScript has it exactly. */
export function integer(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** From a decimal number in a text; null where it is none. */
export function integerText(text: string): number | bigint | null {
  if (!INTEGER.test(text)) return null
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : BigInt(text)
}

/** Members are a map without a prototype: a key may be any text. */
export function emptyMap(): Record<string, AttributeValue> {
  return Object.create(null) as Record<string, AttributeValue>
}
