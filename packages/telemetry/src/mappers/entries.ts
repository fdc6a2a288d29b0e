import type { Kind, Payload } from '@sentinelmesh/rules'
import type { Attributes, AttributeValue, TelemetryRecord } from '../otlp/telemetry.ts'
import { anchorOf } from './anchor.ts'
import { jsonPayload, parsedIfJson, payloadOf, valueOf, type JsonLike } from './json.ts'
import type { MappedEntry } from './mapped-entry.ts'
import { commandOf, type Tool } from './names.ts'
import { spendEntry } from './record-budget.ts'
import { sessionOf } from './session.ts'

/** Attributes of an entry; what is not known is left out. */
export type Kept = Readonly<Record<string, string | number | boolean | null | undefined>>

/** One record or hook call of a coding agent: what the entries that it gives have in common. */
export interface Occasion {
  readonly source: MappedEntry['source']
  readonly agent: string
  readonly session: string | null
  readonly traceId: string | null
  readonly spanId: string | null
  /** Nanoseconds since 1970; null: when it arrived. */
  readonly timeNanos: bigint | null
  readonly attributes: Kept
}

interface Told {
  readonly kind: Kind
  readonly sender: string
  readonly receiver: string | null
  readonly context: string
  readonly payload: Payload
  readonly attributes?: Kept
  readonly callId?: string | null
  readonly oncePerSession?: boolean
  /** Where it is not the occasion's own. */
  readonly timeNanos?: bigint | null
}

/** Throws `RecordTooLarge`. */
export function entry(of: Occasion, told: Told): MappedEntry {
  spendEntry()
  const { kind, sender, receiver, context, payload, callId, oncePerSession = false } = told
  const timeNanos = told.timeNanos === undefined ? of.timeNanos : told.timeNanos
  return {
    source: of.source,
    kind,
    sender,
    receiver,
    session: of.session,
    context,
    payload,
    at: timeNanos === null ? null : Number(timeNanos / 1000n),
    attributes: known({ source: of.source, ...of.attributes, ...told.attributes }),
    anchor: anchorOf({ ...of, timeNanos, callId: callId ?? null, oncePerSession }),
  }
}

function known(attributes: Kept): MappedEntry['attributes'] {
  return Object.fromEntries(
    Object.entries(attributes).filter((one): one is [string, string | number | boolean] => (one[1] ?? null) !== null),
  )
}

/** What a record says of itself, whatever it tells. */
export function occasionOf(
  record: TelemetryRecord,
  told: Pick<Occasion, 'source' | 'agent'> & { readonly event: string; readonly attributes?: Kept },
): Occasion {
  const { traceId, spanId, attributes } = record
  return {
    source: told.source,
    agent: told.agent,
    session: sessionOf(attributes),
    traceId,
    spanId,
    timeNanos: record.type === 'log' ? record.timeNanos : record.startNanos,
    attributes: { event: told.event, trace_id: traceId, span_id: spanId, ...told.attributes },
  }
}

/** Arguments of a call: as they go into the payload, and as a value to look into. */
export interface Arguments {
  readonly json: JsonLike
  readonly value: unknown
}

/** Null where there are none. A string of JSON is what it holds. */
export function argumentsOf(sent: AttributeValue | undefined): Arguments | null {
  if (sent === undefined || sent === '') return null
  if (typeof sent !== 'string') return { json: sent, value: sent }
  return { json: parsedIfJson(sent), value: valueOf(sent) ?? sent }
}

export interface Call {
  readonly tool: Tool
  readonly callId: string | null
}

interface MadeCall extends Call {
  readonly args: Arguments | null
  /** What the shell is to run, where the name of the tool does not say that it is one. */
  readonly command?: string | null
  readonly attributes?: Kept
}

/** An agent calls a tool: a shell tool with the command as a text, any other with its name and arguments. */
export function toolCall(of: Occasion, call: MadeCall): MappedEntry {
  const { tool, callId, args } = call
  const command = call.command ?? shellCommandOf(call)
  return entry(of, {
    kind: 'tool_call',
    sender: of.agent,
    receiver: tool.party,
    context: command === null ? 'tool_call' : 'shell_command',
    payload:
      command === null
        ? jsonPayload({ name: tool.name, arguments: args === null ? undefined : args.json })
        : { type: 'text', text: command },
    callId,
    attributes: { ...attributesOfCall(call), content: args === null ? 'absent' : null, ...call.attributes },
  })
}

/** A tool of an MCP server may be named like a shell and be none. */
const shellCommandOf = ({ tool, args }: MadeCall) =>
  args === null || tool.server !== null ? null : commandOf(tool.name, args.value)

/** A tool answers its agent; JSON in a string is what it holds. */
export function toolResult(
  of: Occasion,
  result: Call & { content: JsonLike; attributes?: Kept; timeNanos?: bigint | null },
): MappedEntry {
  const { tool, callId, content } = result
  return entry(of, {
    kind: 'tool_result',
    sender: tool.party,
    receiver: of.agent,
    context: 'tool_result',
    payload: payloadOf(typeof content === 'string' ? parsedIfJson(content) : content),
    callId,
    attributes: { ...attributesOfCall(result), ...result.attributes },
    ...(result.timeNanos === undefined ? {} : { timeNanos: result.timeNanos }),
  })
}

const attributesOfCall = ({ tool, callId }: Call): Kept => ({
  'tool.name': tool.name,
  'tool.call_id': callId,
  'mcp.server': tool.server,
})

const REDACTED = new Set(['<REDACTED>', '[REDACTED]', '__REDACTED__'])

/** A text that its sender may have kept back, as its payload. */
export function spoken(text: string | null): { readonly payload: Payload; readonly attributes: Kept } {
  const said = text ?? '<REDACTED>'
  return { payload: { type: 'text', text: said }, attributes: { content: REDACTED.has(said) ? 'redacted' : null } }
}

/** A person writes to a coding agent. */
export function userPrompt(of: Occasion, user: string, text: string | null): MappedEntry {
  return entry(of, { kind: 'prompt', sender: user, receiver: of.agent, context: 'user_message', ...spoken(text) })
}

/** A text, or what is not one as JSON, goes to a model. */
export function modelPrompt(of: Occasion, model: string, payload: Payload): MappedEntry {
  return entry(of, { kind: 'prompt', sender: of.agent, receiver: model, context: 'user_message', payload })
}

/** A model answers. */
export function completion(of: Occasion, model: string, payload: Payload, attributes: Kept = {}): MappedEntry {
  const context = 'assistant_message'
  return entry(of, { kind: 'completion', sender: model, receiver: of.agent, context, payload, attributes })
}

/** The system prompt of a model: it repeats with every call. */
export function systemPrompt(of: Occasion, model: string, text: string): MappedEntry {
  return entry(of, {
    kind: 'system',
    sender: of.agent,
    receiver: model,
    context: 'system_prompt',
    payload: { type: 'text', text },
    oncePerSession: true,
  })
}

/** Configuration, a permission, a connection: what an agent says of itself. */
export function systemEvent(of: Occasion, context: string, own: JsonLike, attributes: Kept = {}): MappedEntry {
  const payload = jsonPayload(own)
  return entry(of, { kind: 'system', sender: of.agent, receiver: of.agent, context, payload, attributes })
}

/** A number or a boolean as its text; null where there is none, or nothing in it. */
export function textAt(attributes: Attributes, name: string): string | null {
  const value = attributes.get(name)
  if (typeof value === 'string') return value === '' ? null : value
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' ? String(value) : null
}

/** The first of them that is present. */
export function firstText(attributes: Attributes, names: readonly string[]): string | null {
  for (const name of names) {
    const text = textAt(attributes, name)
    if (text !== null) return text
  }
  return null
}

/** As sent where it is a text, a number or a boolean. */
export function scalarAt(attributes: Attributes, name: string): string | number | boolean | null {
  const value = attributes.get(name)
  return typeof value === 'number' || typeof value === 'boolean' ? value : textAt(attributes, name)
}

/** The attributes of a record that are not the same on every record of its agent. */
export function ownAttributes(
  attributes: Attributes,
  isCommon: (name: string) => boolean,
): Readonly<Record<string, AttributeValue>> {
  return Object.fromEntries([...attributes].filter(([name]) => !isCommon(name)))
}

export const modelParty = (model: string | null) => `model.${model ?? 'unknown'}`
