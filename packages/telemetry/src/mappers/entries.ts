import type { Kind, Payload } from '@sentinelmesh/rules'
import type { Attributes, AttributeValue, TelemetryRecord } from '../otlp/telemetry.ts'
import { anchorOf } from './anchor.ts'
import { jsonPayload, parsedIfJson, payloadOf, valueOf, type JsonLike } from './json.ts'
import type { MappedEntry } from './mapped-entry.ts'
import { commandOf, type Tool } from './names.ts'
import { spendEntry } from './record-budget.ts'
import { sessionOf } from './session.ts'

/** Attributes of an entry; null and undefined are omitted. */
export type EntryAttributes = Readonly<Record<string, string | number | boolean | null | undefined>>

/** The part that all entries of one record or hook call share. */
export interface EntryBase {
  readonly source: MappedEntry['source']
  readonly agent: string
  readonly session: string | null
  readonly traceId: string | null
  readonly spanId: string | null
  /** Nanoseconds since 1970; null stands for the time of arrival. */
  readonly timeNanos: bigint | null
  readonly attributes: EntryAttributes
}

interface EntryParts {
  readonly kind: Kind
  readonly sender: string
  readonly receiver: string | null
  readonly context: string
  readonly payload: Payload
  readonly attributes?: EntryAttributes
  readonly callId?: string | null
  readonly oncePerSession?: boolean
  /** Overrides the time of the base. */
  readonly timeNanos?: bigint | null
}

/** Throws `RecordTooLarge`. */
export function entry(base: EntryBase, parts: EntryParts): MappedEntry {
  spendEntry()
  const { kind, sender, receiver, context, payload, callId, oncePerSession = false } = parts
  const timeNanos = parts.timeNanos === undefined ? base.timeNanos : parts.timeNanos
  return {
    source: base.source,
    kind,
    sender,
    receiver,
    session: base.session,
    context,
    payload,
    at: timeNanos === null ? null : Number(timeNanos / 1000n),
    attributes: known({ source: base.source, ...base.attributes, ...parts.attributes }),
    anchor: anchorOf({ ...base, timeNanos, callId: callId ?? null, oncePerSession }),
  }
}

function known(attributes: EntryAttributes): MappedEntry['attributes'] {
  return Object.fromEntries(
    Object.entries(attributes).filter((one): one is [string, string | number | boolean] => (one[1] ?? null) !== null),
  )
}

/** The base of a record's entries. */
export function entryBase(
  record: TelemetryRecord,
  own: Pick<EntryBase, 'source' | 'agent'> & { readonly event: string; readonly attributes?: EntryAttributes },
): EntryBase {
  const { traceId, spanId, attributes } = record
  return {
    source: own.source,
    agent: own.agent,
    session: sessionOf(attributes),
    traceId,
    spanId,
    timeNanos: record.type === 'log' ? record.timeNanos : record.startNanos,
    attributes: { event: own.event, trace_id: traceId, span_id: spanId, ...own.attributes },
  }
}

/** Arguments of a call, both as JSON for the payload and as a value to inspect. */
export interface Arguments {
  readonly json: JsonLike
  readonly value: unknown
}

/** Null if there are none. A string of JSON is parsed. */
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
  /** The shell command, if the tool's name does not show that it is a shell. */
  readonly command?: string | null
  readonly attributes?: EntryAttributes
}

/** An agent calls a tool. The payload is the command of a shell tool, or the name and arguments of any other tool. */
export function toolCall(base: EntryBase, call: MadeCall): MappedEntry {
  const { tool, callId, args } = call
  const command = call.command ?? shellCommandOf(call)
  return entry(base, {
    kind: 'tool_call',
    sender: base.agent,
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

/** A tool of an MCP server can be named like a shell without being one. */
const shellCommandOf = ({ tool, args }: MadeCall) =>
  args === null || tool.server !== null ? null : commandOf(tool.name, args.value)

/** A tool returns its result to the agent. JSON in a string is parsed. */
export function toolResult(
  base: EntryBase,
  result: Call & { content: JsonLike; attributes?: EntryAttributes; timeNanos?: bigint | null },
): MappedEntry {
  const { tool, callId, content } = result
  return entry(base, {
    kind: 'tool_result',
    sender: tool.party,
    receiver: base.agent,
    context: 'tool_result',
    payload: payloadOf(typeof content === 'string' ? parsedIfJson(content) : content),
    callId,
    attributes: { ...attributesOfCall(result), ...result.attributes },
    ...(result.timeNanos === undefined ? {} : { timeNanos: result.timeNanos }),
  })
}

const attributesOfCall = ({ tool, callId }: Call): EntryAttributes => ({
  'tool.name': tool.name,
  'tool.call_id': callId,
  'mcp.server': tool.server,
})

const REDACTED = new Set(['<REDACTED>', '[REDACTED]', '__REDACTED__'])

/** The payload of a text; null stands for a text that its sender redacted. */
export function textContent(text: string | null): { readonly payload: Payload; readonly attributes: EntryAttributes } {
  const sent = text ?? '<REDACTED>'
  return { payload: { type: 'text', text: sent }, attributes: { content: REDACTED.has(sent) ? 'redacted' : null } }
}

/** A person writes to a coding agent. */
export function userPrompt(base: EntryBase, user: string, text: string | null): MappedEntry {
  return entry(base, {
    kind: 'prompt',
    sender: user,
    receiver: base.agent,
    context: 'user_message',
    ...textContent(text),
  })
}

/** An agent sends a text, or JSON, to a model. */
export function modelPrompt(base: EntryBase, model: string, payload: Payload): MappedEntry {
  return entry(base, { kind: 'prompt', sender: base.agent, receiver: model, context: 'user_message', payload })
}

/** A model answers. */
export function completion(
  base: EntryBase,
  model: string,
  payload: Payload,
  attributes: EntryAttributes = {},
): MappedEntry {
  const context = 'assistant_message'
  return entry(base, { kind: 'completion', sender: model, receiver: base.agent, context, payload, attributes })
}

/** A model's system prompt. It repeats with every call, so it is one entry per session. */
export function systemPrompt(base: EntryBase, model: string, text: string): MappedEntry {
  return entry(base, {
    kind: 'system',
    sender: base.agent,
    receiver: model,
    context: 'system_prompt',
    payload: { type: 'text', text },
    oncePerSession: true,
  })
}

/** An agent reports about itself: configuration, a permission, a connection. */
export function systemEvent(
  base: EntryBase,
  context: string,
  own: JsonLike,
  attributes: EntryAttributes = {},
): MappedEntry {
  const payload = jsonPayload(own)
  return entry(base, { kind: 'system', sender: base.agent, receiver: base.agent, context, payload, attributes })
}

/** A text, number, or boolean as text; null if absent, empty, or of another type. */
export function textAt(attributes: Attributes, name: string): string | null {
  const value = attributes.get(name)
  if (typeof value === 'string') return value === '' ? null : value
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' ? String(value) : null
}

/** The first of these attributes that is present. */
export function firstText(attributes: Attributes, names: readonly string[]): string | null {
  for (const name of names) {
    const text = textAt(attributes, name)
    if (text !== null) return text
  }
  return null
}

/** A text, number, or boolean as sent; null otherwise. */
export function scalarAt(attributes: Attributes, name: string): string | number | boolean | null {
  const value = attributes.get(name)
  return typeof value === 'number' || typeof value === 'boolean' ? value : textAt(attributes, name)
}

/** The attributes that are not common to all records of the agent. */
export function ownAttributes(
  attributes: Attributes,
  isCommon: (name: string) => boolean,
): Readonly<Record<string, AttributeValue>> {
  return Object.fromEntries([...attributes].filter(([name]) => !isCommon(name)))
}

export const modelParty = (model: string | null) => `model.${model ?? 'unknown'}`
