import { DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { JsonTextError } from '@sentinelmesh/rules/json-text'
import { jsonSteps, reasonOf, type JsonSteps, type JsonStepsOptions } from './json-steps.ts'
import { NotJson } from './not-json.ts'
import type { EntrySource } from './parse-entry.ts'

/** Asked for between two pieces of work; undefined where the next one can begin at once. */
export type Turn = () => Promise<void> | undefined

/** One JSON text with its value. */
export function readJson(text: string): EntrySource {
  try {
    return { value: JSON.parse(text) as unknown, text }
  } catch (error) {
    return { value: new NotJson(reasonOf(error)), text }
  }
}

/** Nested deeper, an array of entries is refused as a whole. */
const ARRAY_DEPTH = LIMITS.jsonDepth + 3
/** Any other body: what is in it has lower limits of its own, with errors that name the part that nests too deep. */
const BODY_DEPTH = 10_000

/** The same for a body of any size, in pieces between which others get the event loop. Throws `invalid_input` if it nests too deep. */
export async function readJsonInTurns(text: string, turn: Turn): Promise<EntrySource> {
  return { value: (await inTurns(text, turn, { depth: BODY_DEPTH })).value, text }
}

/** The entries of a JSON array (or of a single object), each with its own text. Throws `invalid_input`, `too_large`. */
export async function readJsonArray(body: string, turn: Turn): Promise<EntrySource[]> {
  const depth = /^\s*\[/.test(body) ? ARRAY_DEPTH : BODY_DEPTH
  const { value, elements } = await inTurns(body, turn, { depth, mostElements: LIMITS.requestEntries })
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
  return elements.map(({ start, end }, index) => ({ value: value[index] as unknown, text: body.slice(start, end) }))
}

async function inTurns(text: string, turn: Turn, options: JsonStepsOptions): Promise<JsonSteps> {
  const steps = jsonSteps(text, options)
  try {
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done === true) return step.value
      const wait = turn()
      if (wait !== undefined) await wait
    }
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error
    throw new DomainError(
      'invalid_input',
      {
        issues: [
          {
            loc: [],
            msg: `The body nests deeper than ${options.depth === ARRAY_DEPTH ? LIMITS.jsonDepth : options.depth} levels.`,
            type: 'too_deep',
          },
        ],
      },
      { cause: error },
    )
  }
}

/** So many characters of lines are split off, or parsed, before the next turn is asked for. */
const LINES_CHARS_A_TURN = 32 * 1024

/** One entry a line; empty lines are passed over. Throws `too_large`. */
export async function readNdjson(body: string, turn: Turn): Promise<EntrySource[]> {
  const lines: string[] = []
  let count = 0
  let turnAt = 0
  for (let start = 0; start < body.length;) {
    const found = body.indexOf('\n', start)
    const end = found < 0 ? body.length : found
    const line = end === start ? '' : body.slice(start, end).trim()
    start = end + 1
    if (line !== '' && ++count <= LIMITS.requestEntries) lines.push(line)
    if (start - turnAt < LINES_CHARS_A_TURN) continue
    turnAt = start
    const wait = turn()
    if (wait !== undefined) await wait
  }
  boundEntries(count)
  const sources: EntrySource[] = []
  for (const line of lines) {
    const wait = turn()
    if (wait !== undefined) await wait
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
