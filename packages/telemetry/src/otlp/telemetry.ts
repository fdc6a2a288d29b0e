/**
 * The records that JSON and protobuf requests are decoded into: `opentelemetry-proto` v1 without its wrappers. Dialects
 * see nothing else of OTLP.
 */

/** `AnyValue`. An integer beyond 2^53 is a bigint; a value that holds nothing is absent, so it never appears here. */
export type AttributeValue =
  | string
  | number
  | bigint
  | boolean
  | Uint8Array
  | readonly AttributeValue[]
  | { readonly [key: string]: AttributeValue }

/** By key; the last of two equal keys wins. */
export type Attributes = ReadonlyMap<string, AttributeValue>

export interface Resource {
  readonly attributes: Attributes
}

export interface Scope {
  readonly name: string
}

interface Recorded {
  readonly resource: Resource
  readonly scope: Scope
  readonly attributes: Attributes
  /** 32 hex digits; null if absent, empty, or all zero. */
  readonly traceId: string | null
  /** 16 hex digits; null as for `traceId`. */
  readonly spanId: string | null
}

export interface LogRecord extends Recorded {
  readonly type: 'log'
  /** Attribute `event.name`, else the record's own name, else a body that is a text, else ''. */
  readonly eventName: string
  readonly body: AttributeValue | undefined
  /** Nanoseconds since 1970; null if only the time of arrival is known. */
  readonly timeNanos: bigint | null
}

export interface Span extends Recorded {
  readonly type: 'span'
  readonly name: string
  readonly parentSpanId: string | null
  /** Nanoseconds since 1970; null if 0 or absent. */
  readonly startNanos: bigint | null
  readonly endNanos: bigint | null
  readonly events: readonly SpanEvent[]
  readonly status: { readonly error: boolean; readonly message: string }
}

export interface SpanEvent {
  readonly name: string
  readonly attributes: Attributes
}

export type TelemetryRecord = LogRecord | Span
