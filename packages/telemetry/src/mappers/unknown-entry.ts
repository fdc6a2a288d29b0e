import type { LogRecord } from '../otlp/telemetry.ts'
import { anchorOf } from './anchor.ts'
import { jsonPayload } from './json.ts'
import type { MappedEntry } from './mapped-entry.ts'
import { sessionOf } from './session.ts'

/** The verbatim entry of a log record that no dialect claims. */
export function unknownEntry(record: LogRecord): MappedEntry {
  const { resource, scope, attributes, body, eventName, traceId, spanId, timeNanos } = record
  const service = resource.attributes.get('service.name')
  const agent = `agent.${(typeof service === 'string' && service) || scope.name || 'unknown'}`
  const session = sessionOf(attributes)
  return {
    source: 'other',
    kind: 'system',
    sender: agent,
    receiver: agent,
    session,
    context: eventName || 'log',
    payload: jsonPayload({ body, attributes: Object.fromEntries(attributes) }),
    at: timeNanos === null ? null : Number(timeNanos / 1000n),
    attributes: {
      scope: scope.name,
      ...(traceId === null ? {} : { trace_id: traceId }),
      ...(spanId === null ? {} : { span_id: spanId }),
    },
    // One span can have many such records, so the time identifies each.
    anchor: anchorOf({ session: session ?? traceId ?? scope.name, timeNanos }),
  }
}
