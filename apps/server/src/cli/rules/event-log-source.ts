import type { LogSource } from '@sentinelmesh/rules'
import { leaves } from '@sentinelmesh/text/json-text'
import { LIMITS as API_LIMITS } from '@sentinelmesh/api/constants'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'
import { LOG_SOURCE_KEYS, logSourcePairs } from './read-options.ts'

/** Reads the log source of each event from its fields. */
export interface EventLogSource {
  /** Null if the event has none of the fields. Throws `JsonTextError`. */
  of(json: string): LogSource | null
  /** The names of the fields. */
  readonly fields: readonly string[]
}

/**
 * Parses `--logsource-field`: the name of an object with `product`, `category` and `service`, such as `logsource`, or
 * the name of each field, such as `product=os.type,category=event.kind`.
 */
export function eventLogSource(option: string): EventLogSource {
  const name = option.trim()
  if (name === '') throw new CommandFailed('--logsource-field is the name of a field.', 2)
  const fields = name.includes('=')
    ? logSourcePairs('--logsource-field', name)
    : LOG_SOURCE_KEYS.map((key) => [key, `${name}.${key}`] as const)
  return {
    fields: fields.map(([, field]) => field),
    of(json) {
      const all = leaves(json, { depth: API_LIMITS.jsonDepth + 10 })
      const found = fields.flatMap(([key, field]) => {
        const text = all.find(({ path, type }) => path === field && type === 'string')?.text ?? ''
        return text === '' ? [] : [[key, text] as const]
      })
      return found.length === 0 ? null : Object.fromEntries(found)
    },
  }
}
