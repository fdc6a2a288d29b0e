import { LIMITS } from '@sentinelmesh/api/constants'
import { JsonTextError, members } from '@sentinelmesh/text/json-text'
import type { EntrySource } from './parse-entry.ts'
import { readLine, type Turn } from './read-json.ts'

/** Identifies a line of an export. Reporters send entries without the last two fields. */
interface Exported {
  readonly id: string
  readonly payload: string
  readonly payload_type: 'text' | 'json'
  readonly contributions: readonly { readonly rule_id: string | null; readonly points: number }[]
  readonly [field: string]: unknown
}

export function isExported(value: unknown): value is Exported {
  if (typeof value !== 'object' || value === null || !('payload_type' in value && 'contributions' in value))
    return false
  const { id, payload, payload_type: type, contributions } = value as Partial<Exported>
  return typeof id === 'string' && typeof payload === 'string' && isType(type) && Array.isArray(contributions)
}

function isType(type: unknown): boolean {
  return type === 'text' || type === 'json'
}

/**
 * The entry as it was reported, from a line of an export; anything else as it is. What the other installation found out
 * (risk, matches, when it came and from whom) is left behind: here the entry is judged anew.
 */
export async function fromExported(source: EntrySource, turn: Turn): Promise<EntrySource> {
  const { value, text } = source
  if (text === null || !isExported(value)) return source
  const { id, sender, receiver, context, session, timestamp, logsource, attributes } = value
  const isJson = value.payload_type === 'json'
  const reported = value.contributions.find(({ rule_id }) => rule_id === null)
  return {
    value: {
      id,
      sender,
      receiver,
      context,
      session,
      timestamp,
      logsource,
      attributes,
      payload: isJson ? (await readLine(value.payload, turn)).value : value.payload,
      ...(value['kind_assumed'] === true ? {} : { kind: value['kind'] }),
      ...(reported === undefined ? {} : { risk: reported.points }),
    },
    // To the letter where the values would not be: big numbers, equal keys.
    text: `{"attributes":${memberText(text, 'attributes')}${isJson ? `,"payload":${value.payload}` : ''}}`,
  }
}

/** Within attributes an entry of the seed's agents may nest so deep; the line around them adds little. */
const DEPTH = { depth: LIMITS.jsonDepth + 10 }

function memberText(text: string, name: string): string {
  try {
    const member = members(text, DEPTH).findLast((one) => one.name === name)
    return member === undefined ? 'null' : text.slice(member.start, member.end)
  } catch (error) {
    if (error instanceof JsonTextError) return 'null'
    throw error
  }
}
