import type { AttributeValue, LogRecord, Span, SpanEvent } from '../../otlp/telemetry.ts'
import type { MappedEntry } from '../mapped-entry.ts'
import type { Dialect } from '../../dialects/dialect.ts'

interface Given {
  readonly attributes?: Readonly<Record<string, AttributeValue>>
  readonly resource?: Readonly<Record<string, AttributeValue>>
  readonly traceId?: string | null
  readonly spanId?: string | null
  readonly scope?: string
}

const SECOND = 1_795_520_000_000_000_000n

const recorded = ({ attributes = {}, resource = {}, traceId = null, spanId = null, scope = '' }: Given) => ({
  resource: { attributes: new Map(Object.entries(resource)) },
  scope: { name: scope },
  attributes: new Map(Object.entries(attributes)),
  traceId,
  spanId,
})

/** A log record with a time. Everything else is as given or empty. */
export const aLog = (eventName: string, given: Given & Partial<Pick<LogRecord, 'body'>> = {}): LogRecord => ({
  type: 'log',
  ...recorded(given),
  eventName,
  body: given.body,
  timeNanos: SECOND,
})

type GivenSpan = Given & Partial<Pick<Span, 'parentSpanId' | 'events' | 'status'>>

/** A span of half a second. Everything else is as given or empty. */
export const aSpan = (name: string, given: GivenSpan = {}): Span => ({
  type: 'span',
  ...recorded(given),
  name,
  parentSpanId: given.parentSpanId ?? null,
  startNanos: SECOND,
  endNanos: SECOND + 500_000_000n,
  events: given.events ?? [],
  status: given.status ?? { error: false, message: '' },
})

export const anEvent = (name: string, attributes: Readonly<Record<string, AttributeValue>>): SpanEvent => ({
  name,
  attributes: new Map(Object.entries(attributes)),
})

/** Entries as readable lines: `prompt agent.a → model.m: hello`. */
export const linesOf = (entries: readonly MappedEntry[]) =>
  entries.map(({ kind, sender, receiver, payload }) => `${kind} ${sender} → ${receiver}: ${payload.text}`)

export const TRACE = '0af7651916cd43dd8448eb211c80319c'

/** A span of the service `app` within `TRACE`. */
export const spanOf = (name: string, attributes: NonNullable<Given['attributes']>, more: GivenSpan = {}) =>
  aSpan(name, { resource: { 'service.name': 'app' }, traceId: TRACE, spanId: 'b7ad6b7169203331', attributes, ...more })

/** Returns a function that maps a span with the given attributes to lines. */
export const linesFrom =
  (mapper: Dialect, name: string) =>
  (attributes: NonNullable<Given['attributes']>, more: GivenSpan = {}) =>
    linesOf(mapper.span(spanOf(name, attributes, more)))
