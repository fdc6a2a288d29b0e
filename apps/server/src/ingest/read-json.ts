import { setImmediate as nextTurn } from 'node:timers/promises'
import { DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { elements, JsonTextError } from '@sentinelmesh/rules/json-text'
import { NotJson } from './not-json.ts'
import type { EntrySource } from './parse-entry.ts'

/** One JSON text with its value. */
export function readJson(text: string): EntrySource {
  try {
    return { value: JSON.parse(text) as unknown, text }
  } catch (error) {
    return { value: new NotJson(reasonOf(error)), text }
  }
}

/** The entries of a JSON array (or of a single object), each with its own text. Throws `invalid_input`, `too_large`. */
export function readJsonArray(body: string): EntrySource[] {
  const { value } = readJson(body)
  if (value instanceof NotJson) throw notJson(value.reason)
  if (!Array.isArray(value)) {
    if (typeof value === 'object' && value !== null) return [{ value, text: body }]
    throw new DomainError('invalid_input', {
      issues: [
        {
          loc: [],
          msg: 'The body has to be an array of entries, or NDJSON with content-type application/x-ndjson.',
          type: 'list_type',
        },
      ],
    })
  }
  boundEntries(value.length)
  let parts: ReturnType<typeof elements>
  try {
    parts = elements(body, { depth: LIMITS.jsonDepth + 3 })
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error
    throw new DomainError(
      'invalid_input',
      { issues: [{ loc: [], msg: `The body nests deeper than ${LIMITS.jsonDepth} levels.`, type: 'too_deep' }] },
      { cause: error },
    )
  }
  return parts.map(({ start, end }, index) => ({ value: value[index] as unknown, text: body.slice(start, end) }))
}

/** Parsing so many lines takes well under a millisecond; then others get their turn. */
const LINES_BETWEEN_TURNS = 50

/** One entry a line; empty lines are passed over. Throws `too_large`. */
export async function readNdjson(body: string): Promise<EntrySource[]> {
  const lines = body
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  boundEntries(lines.length)
  const sources: EntrySource[] = []
  for (const line of lines) {
    if (sources.length % LINES_BETWEEN_TURNS === LINES_BETWEEN_TURNS - 1) await nextTurn()
    sources.push(readJson(line))
  }
  return sources
}

export function notJson(reason: string): DomainError {
  return new DomainError('invalid_input', {
    issues: [{ loc: [], msg: `The body is not JSON: ${reason}.`, type: 'json_invalid' }],
  })
}

function boundEntries(count: number): void {
  if (count <= LIMITS.requestEntries) return
  throw new DomainError('too_large', {
    say: `The request holds ${count} entries; at most ${LIMITS.requestEntries} are taken at a time.`,
    limit: 'requestEntries',
    allowed: LIMITS.requestEntries,
  })
}

/** Without the piece of the text that V8 quotes: it may hold a secret. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : ''
  const position = /position (\d+)/.exec(message)?.[1]
  if (message.startsWith('Unexpected end')) return 'it ends too early'
  return position === undefined ? 'it is not well formed' : `it goes wrong at character ${position}`
}
