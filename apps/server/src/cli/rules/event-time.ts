import type { EvaluatorOptions } from '@sentinelmesh/rules'
import { parseTimestamp } from '@sentinelmesh/telemetry/timestamp'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'

/** Fields with the time of an event in common log exports, in order of preference. */
export const TIME_FIELDS = ['@timestamp', 'timestamp', 'UtcTime', 'TimeCreated_SystemTime', 't'] as const

/** Epoch milliseconds, or an error message if the event has no readable time. */
export type EventClock = (read: Parameters<EvaluatorOptions['timeOf']>[0]) => number | string

/** Reads the given field, in the syntax of rules, or else the first of `TIME_FIELDS` that the event has. */
export function eventClock(field: string | undefined): EventClock {
  if (field === '') throw new CommandFailed('--time is the name of a field.', 2)
  const fields = field === undefined ? TIME_FIELDS : [field]
  const more = field === undefined ? '; name another with --time' : ''
  return (read) => {
    for (const name of fields) {
      const [text] = read(name)
      if (text === undefined || text === '' || text === 'null' || text === '0') continue
      // Events in a file may be in the future.
      const time = parseTimestamp(text, Infinity)
      return typeof time === 'string' ? `${name} is no time: ${time}` : time.at / 1_000
    }
    return `The event has no time, and a correlation counts it. It is looked for in ${fields.join(', ')}${more}.`
  }
}
