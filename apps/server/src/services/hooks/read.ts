import { DomainError } from '@sentinelmesh/api/constants'
import type { HookClient } from '@sentinelmesh/api/hooks'
import { JsonTextError } from '@sentinelmesh/text/json-text'
import { HOOK_MAPPERS } from '@sentinelmesh/telemetry'
import { jsonSteps } from '@sentinelmesh/text/json-steps'
import { writeAsEmpty, valueOf } from '@sentinelmesh/telemetry/json'
import type { MappedEntry } from '@sentinelmesh/telemetry'
import { RecordTooLarge, withinRecordBudget } from '@sentinelmesh/telemetry'
import { NotJson } from '@sentinelmesh/text/not-json'
import { drained, ENTRIES_DEPTH, notJson, readJson, type Turn } from '../../ingest/read-json.ts'

interface ReadHook {
  readonly input: unknown
  /** Null if the input needs no entry. */
  readonly entry: MappedEntry | null
}

/**
 * Reads a hook's input and maps it to an entry. Yields to other work while it reads a large input. Throws
 * `invalid_input` if it is not an input of this client.
 */
export async function readHook(client: HookClient, text: string, turn: Turn): Promise<ReadHook> {
  const exact = exactly(client, text)
  if (exact !== null) return exact
  const input = await parsed(text, turn)
  if (input instanceof NotJson) throw notJson(input.reason)
  leaveMembersUnwritten(input)
  const { entry } = mapped(client, input)
  // The mapper cannot read an input that is too deep or too large. All of its text is judged, so that it cannot hide an
  // attack.
  return { input, entry: entry === null ? null : { ...entry, payload: { type: 'json', text } } }
}

/** Keeps the exact text. Null if the input is too deep, too large, or not JSON. */
function exactly(client: HookClient, text: string): ReadHook | null {
  try {
    return withinRecordBudget(() => {
      const input = valueOf(text)
      return input === undefined ? null : mapped(client, input)
    })
  } catch (error) {
    if (error instanceof RecordTooLarge) return null
    throw error
  }
}

/**
 * Parses in steps. An input that is nested too deeply for that would take too much memory, so it is parsed in one step.
 */
async function parsed(text: string, turn: Turn): Promise<unknown> {
  try {
    return (await drained(jsonSteps(text, { depth: ENTRIES_DEPTH }), turn)).value
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error
    return readJson(text).value
  }
}

function mapped(client: HookClient, input: unknown): ReadHook {
  const { event, entry } = HOOK_MAPPERS[client](input)
  if (event !== null) return { input, entry }
  throw new DomainError('invalid_input', {
    issues: [{ loc: [], msg: `This is not what a hook of ${client} gives: it names no event.`, type: 'hook_unknown' }],
  })
}

/** Covers two levels, because hooks nest a tool's arguments and output that deep. */
function leaveMembersUnwritten(input: unknown): void {
  for (const member of membersOf(input)) {
    for (const inner of membersOf(member)) if (isContainer(inner)) writeAsEmpty(inner)
    if (isContainer(member)) writeAsEmpty(member)
  }
}

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null
const membersOf = (value: unknown): readonly unknown[] => (isContainer(value) ? Object.values(value) : [])
