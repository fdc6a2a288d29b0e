import { DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { JsonTextError } from '@sentinelmesh/text/json-text'
import { jsonSteps, reasonOf, type JsonSteps, type JsonStepsOptions } from '@sentinelmesh/text/json-steps'
import { NotJson, TOO_DEEP } from '@sentinelmesh/text/not-json'
import type { EntrySource } from './parse-entry.ts'

/** Called between two pieces of work. Undefined if the next one can begin immediately. */
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
/** For any other body. Its parts have lower limits, with errors that name the part that nests too deep. */
const BODY_DEPTH = 10_000

/** For a body of any size: yields to the event loop between pieces. Throws `invalid_input` if it nests too deep. */
export async function readJsonInSteps(text: string, turn: Turn, depth = BODY_DEPTH): Promise<EntrySource> {
  return { value: (await parseInSteps(text, turn, { depth })).value, text }
}

/** The depth to which bodies of several entries are read, so that one that nests too deep is refused by itself. An open level takes some hundred bytes. */
export const ENTRIES_DEPTH = 200_000

/** Shorter texts are parsed in one piece, which takes a millisecond at most. */
const SHORT_CHARS = 32 * 1024

/** One entry of several: one that nests too deep is refused by itself. */
export async function readLine(line: string, turn: Turn): Promise<EntrySource> {
  const wait = turn()
  if (wait !== undefined) await wait
  if (line.length <= SHORT_CHARS) return readJson(line)
  try {
    const { value } = await drained(jsonSteps(line, { depth: ENTRIES_DEPTH }), turn)
    return { value, text: line }
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error
    return { value: TOO_DEEP, text: line }
  }
}

/** Runs all steps and yields between two of them. */
export async function drained<Result>(steps: Generator<undefined, Result>, turn: Turn): Promise<Result> {
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) return step.value
    const wait = turn()
    if (wait !== undefined) await wait
  }
}

/** The entries of a JSON array (or of a single object), each with its own text. Throws `invalid_input`, `too_large`. */
export async function readJsonArray(body: string, turn: Turn): Promise<EntrySource[]> {
  const depth = /^\s*\[/.test(body) ? ARRAY_DEPTH : BODY_DEPTH
  const { value, elements } = await parseInSteps(body, turn, { depth, mostElements: LIMITS.requestEntries })
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

async function parseInSteps(text: string, turn: Turn, options: JsonStepsOptions): Promise<JsonSteps> {
  try {
    return await drained(jsonSteps(text, options), turn)
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

/** Characters of lines to split or parse before yielding. */
const LINES_CHARS_A_TURN = 32 * 1024

/** One entry per line; empty lines are skipped. Throws `too_large`. */
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
  for (const line of lines) sources.push(await readLine(line, turn))
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
