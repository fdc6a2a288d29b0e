import { parseTimestamp } from '../../ingest/timestamp.ts'
import { CommandFailed } from '../command-failed.ts'

/** Where the time of an event is looked for, in this order: what common exports of logs call it. */
export const TIME_FIELDS = ['@timestamp', 'timestamp', 'UtcTime', 'TimeCreated_SystemTime', 't'] as const

export interface EventClock {
  /** Epoch milliseconds; a sentence where the event has no time or none that can be read. Takes JSON of an object. */
  timeOf(json: string): number | string
}

/** Reads the field that was named, a key or a dotted path, else the first of `TIME_FIELDS` that an event has. */
export function eventClock(field: string | undefined): EventClock {
  if (field === '') throw new CommandFailed('--time is the name of a field.', 2)
  const fields = field === undefined ? TIME_FIELDS : [field]
  return {
    timeOf(json) {
      const event: unknown = JSON.parse(json)
      for (const name of fields) {
        const value = valueAt(event, name)
        if (value === undefined || value === null || value === '' || value === 0) continue
        // An event of a file may lie in the future of this machine.
        const read = parseTimestamp(value, Infinity)
        return typeof read === 'string' ? `${name} is no time: ${read}` : read.at / 1_000
      }
      return `The event has no time. It is looked for in ${fields.join(', ')}${field === undefined ? '; name another with --time' : ''}.`
    },
  }
}

/** An own key first, then the path. */
function valueAt(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  if (Object.hasOwn(value, name)) return (value as Record<string, unknown>)[name]
  for (let dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) {
    const head = name.slice(0, dot)
    if (!Object.hasOwn(value, head)) continue
    const found = valueAt((value as Record<string, unknown>)[head], name.slice(dot + 1))
    if (found !== undefined) return found
  }
  return undefined
}
