import type { AttributeValue, LogRecord, Span, SpanEvent } from '../../otlp/telemetry.ts'

interface Given {
  readonly attributes?: Readonly<Record<string, AttributeValue>>
  readonly resource?: Readonly<Record<string, AttributeValue>>
  readonly traceId?: string | null
  readonly spanId?: string | null
}

const SECOND = 1_795_520_000_000_000_000n

const recorded = ({ attributes = {}, resource = {}, traceId = null, spanId = null }: Given) => ({
  resource: { attributes: new Map(Object.entries(resource)) },
  scope: { name: '', version: '' },
  attributes: new Map(Object.entries(attributes)),
  traceId,
  spanId,
})

/** A log record with a time and nothing that is not given. */
export const aLog = (eventName: string, given: Given = {}): LogRecord => ({
  type: 'log',
  ...recorded(given),
  eventName,
  body: undefined,
  timeNanos: SECOND,
})

/** A span of half a second with nothing that is not given. */
export const aSpan = (name: string, given: Given & Partial<Pick<Span, 'parentSpanId' | 'events'>> = {}): Span => ({
  type: 'span',
  ...recorded(given),
  name,
  parentSpanId: given.parentSpanId ?? null,
  startNanos: SECOND,
  endNanos: SECOND + 500_000_000n,
  events: given.events ?? [],
  status: { error: false, message: '' },
})

export const anEvent = (name: string, attributes: Readonly<Record<string, AttributeValue>>): SpanEvent => ({
  name,
  timeNanos: null,
  attributes: new Map(Object.entries(attributes)),
})
