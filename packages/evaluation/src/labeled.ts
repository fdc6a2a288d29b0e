import { KINDS, type Entry, type Kind } from '@sentinelmesh/rules/entry'
import { z } from 'zod'

/** An entry or a session whose right answer is known. */
export interface Labeled {
  readonly id: string | null
  readonly isMalicious: boolean
  /** The kind of attack or of ordinary work, such as `jailbreak` or `benign_command`. Rates are given for each. */
  readonly category: string
  /** Items that resemble one another because of their origin. Rules that were written from them are not scored on them. */
  readonly family: string
  /** One entry, or those of a session in order. */
  readonly entries: readonly Entry[]
  /** True for a line with `entries`, however many it has. */
  readonly isSession: boolean
  /** In a malicious session, the index of the first entry that serves the attacker. */
  readonly firstMalicious: number | null
}

/** A line that is not a labeled item. The message is a sentence for the user. */
export class LabelError extends Error {
  override readonly name = 'LabelError'
}

/** The kinds of entries by the contexts of common data sets. An entry may also name its `kind`. */
const KIND_OF_CONTEXT: Readonly<Partial<Record<string, Kind>>> = {
  user_message: 'prompt',
  assistant_message: 'completion',
  agent_message: 'message',
  tool_call: 'tool_call',
  shell_command: 'tool_call',
  tool_result: 'tool_result',
  email: 'tool_result',
  web_page: 'tool_result',
  tool_description: 'tool_definition',
  system_prompt: 'system',
}

const EntryLine = z.object({
  sender: z.string().default('agent'),
  receiver: z.string().nullish(),
  kind: z.enum(KINDS).nullish(),
  context: z.string().nullish(),
  session: z.string().nullish(),
  payload: z.union([z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown())]),
  attributes: z.record(z.string(), z.unknown()).nullish(),
})

const Line = z.object({
  id: z.string().nullish(),
  label: z.enum(['malicious', 'benign']).optional(),
  category: z.string().min(1).optional(),
  source: z.string().min(1).optional(),
  entry: EntryLine.optional(),
  entries: z.array(EntryLine).min(1).optional(),
  first_malicious_index: z.number().int().min(0).nullish(),
})

/** Parses one line of labeled NDJSON. `file` names the family and the category if the line does not. */
export function parseLabeled(text: string, file: string): Labeled {
  const { id, label, category, source, entry, entries, first_malicious_index } = parsed(text)
  // Some data sets name the label in the category only.
  const isMalicious = (label ?? labelOf(category)) === 'malicious'
  const lines = entries ?? (entry === undefined ? undefined : [entry])
  if (lines === undefined || (entries !== undefined && entry !== undefined))
    throw new LabelError('A line has either "entry", an object, or "entries", a list of objects.')
  return {
    id: id ?? null,
    isMalicious,
    category: category ?? (isMalicious ? 'malicious' : 'benign'),
    family: source ?? file,
    entries: lines.map(toEntry),
    isSession: entries !== undefined,
    firstMalicious: first_malicious_index ?? null,
  }
}

function labelOf(category: string | undefined): 'malicious' | 'benign' {
  if (category?.includes('benign') === true) return 'benign'
  if (category?.includes('malicious') === true) return 'malicious'
  throw new LabelError('"label" is missing. It is "malicious" or "benign".')
}

function parsed(text: string): z.output<typeof Line> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new LabelError('The line is not JSON.')
  }
  const { data, error } = Line.safeParse(json)
  if (data !== undefined) return data
  const [issue] = error.issues
  const path = issue?.path.map(String).join('.') ?? ''
  throw new LabelError(`${path === '' ? 'The line' : `"${path}"`} is not as expected: ${issue?.message ?? 'unknown'}.`)
}

function toEntry({ sender, receiver, kind, context, session, payload, attributes }: z.output<typeof EntryLine>): Entry {
  return {
    sender,
    receiver: receiver ?? null,
    kind: kind ?? KIND_OF_CONTEXT[context ?? ''] ?? 'message',
    session: session ?? null,
    context: context ?? null,
    payload:
      typeof payload === 'string' ? { type: 'text', text: payload } : { type: 'json', text: JSON.stringify(payload) },
    attributes: attributes ? JSON.stringify(attributes) : null,
    logsource: {},
    reportedRisk: null,
    system: null,
  }
}
