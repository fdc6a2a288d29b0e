import { parseTimestamp } from '../timestamp.ts'
import type { Attributes, AttributeValue, LogRecord, Resource, Scope, Span } from './telemetry.ts'

/** A decoded record before the receiver's rules are applied. Times are in nanoseconds; 0 stands for none. */
interface Decoded {
  readonly resource: Resource
  readonly scope: Scope
  readonly attributes: Attributes
  readonly traceId: string | null
  readonly spanId: string | null
}

export interface DecodedLog extends Decoded {
  readonly eventName: string
  readonly body: AttributeValue | undefined
  readonly timeNanos: bigint
  readonly observedNanos: bigint
}

export interface DecodedSpan extends Decoded {
  readonly name: string
  readonly parentSpanId: string | null
  readonly startNanos: bigint
  readonly endNanos: bigint
  readonly events: Span['events']
  readonly status: Span['status']
}

export function logRecord(decoded: DecodedLog): LogRecord {
  const { resource, scope, attributes, traceId, spanId, body } = decoded
  const eventName = textOf(attributes.get('event.name')) || decoded.eventName || textOf(body)
  return { type: 'log', resource, scope, attributes, traceId, spanId, eventName, body, timeNanos: timeOf(decoded) }
}

export function span({ startNanos, endNanos, ...decoded }: DecodedSpan): Span {
  return { type: 'span', ...decoded, startNanos: known(startNanos), endNanos: known(endNanos) }
}

/** Some senders omit both times and have one in the attributes. */
function timeOf({ timeNanos, observedNanos, attributes }: DecodedLog): bigint | null {
  const sent = known(timeNanos) ?? known(observedNanos)
  if (sent !== null) return sent
  const timestamp = attributes.get('event.timestamp')
  if (!timestamp) return null
  // `withBoundedTime` limits how far ahead an instant can be.
  const read = parseTimestamp(timestamp, Number.MAX_SAFE_INTEGER)
  return typeof read === 'string' ? null : BigInt(read.at) * 1000n
}

function known(nanos: bigint): bigint | null {
  return nanos > 0n ? nanos : null
}

const textOf = (value: AttributeValue | undefined) => (typeof value === 'string' ? value : '')

/** Replaces a value that nests deeper than `LIMITS.otlpDepth`. */
export const TOO_DEEP = '[nested too deep]'

const INTEGER = /^-?\d{1,19}$/

/** A number if it can represent the value exactly. */
export function integer(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** Parses a decimal integer; null if the text is not one. */
export function integerText(text: string): number | bigint | null {
  if (!INTEGER.test(text)) return null
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : BigInt(text)
}

/** An object without a prototype, so that a key can be any text. */
export function emptyMap(): Record<string, AttributeValue> {
  return Object.create(null) as Record<string, AttributeValue>
}
