import type { Attributes, TelemetryRecord } from '../otlp/telemetry.ts'

/** Helpers for `Dialect.claims`. */

/** The name of the service that sent the record; '' if it is not a text. */
export function serviceOf({ resource }: TelemetryRecord): string {
  const service = resource.attributes.get('service.name')
  return typeof service === 'string' ? service : ''
}

/** The event's name if the record is a log record, else ''. */
export const logEventOf = (record: TelemetryRecord) => (record.type === 'log' ? record.eventName : '')

export function hasPrefix(attributes: Attributes, prefix: string): boolean {
  for (const name of attributes.keys()) if (name.startsWith(prefix)) return true
  return false
}
