import type { EvaluatorOptions } from '@sentinelmesh/rules'
import { parseTimestamp } from '@sentinelmesh/telemetry/timestamp'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'

/** Where the time of an event is looked for, in this order: what common exports of logs call it. */
export const TIME_FIELDS = ['@timestamp', 'timestamp', 'UtcTime', 'TimeCreated_SystemTime', 't'] as const

/** Epoch milliseconds; a sentence where the event has no time or none that can be read. */
export type EventClock = (read: Parameters<EvaluatorOptions['timeOf']>[0]) => number | string

/** Reads the field that was named, as rules name fields, else the first of `TIME_FIELDS` that an event has. */
export function eventClock(field: string | undefined): EventClock {
  if (field === '') throw new CommandFailed('--time is the name of a field.', 2)
  const fields = field === undefined ? TIME_FIELDS : [field]
  const more = field === undefined ? '; name another with --time' : ''
  return (read) => {
    for (const name of fields) {
      const [text] = read(name)
      if (text === undefined || text === '' || text === 'null' || text === '0') continue
      // An event of a file may lie in the future of this machine.
      const time = parseTimestamp(text, Infinity)
      return typeof time === 'string' ? `${name} is no time: ${time}` : time.at / 1_000
    }
    return `The event has no time, and a correlation counts it. It is looked for in ${fields.join(', ')}${more}.`
  }
}
