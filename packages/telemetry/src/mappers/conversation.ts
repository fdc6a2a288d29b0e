import { entry, spoken, systemPrompt, toolCall, toolResult, argumentsOf, type Arguments, type Kept } from './entries.ts'
import type { Exchange } from './exchange.ts'
import { jsonPayload, payloadOf, type JsonLike } from './json.ts'
import type { MappedEntry } from './mapped-entry.ts'
import {
  textOf,
  type CallPart,
  type Conversation,
  type Definition,
  type Message,
  type ResultPart,
} from './messages/message.ts'
import { askedOf, historyIn, textsOf } from './messages/state.ts'
import { toolOf } from './names.ts'

/**
 * A call of a model, by rule 1 of `otel/mapping.md`, *History*: it carries the whole conversation, and what precedes the
 * last answer in it was told by the calls before.
 */
export function conversationEntries(of: Exchange, told: Conversation): readonly MappedEntry[] {
  const { input, output } = told
  const history = historyIn(input)
  const said = new Set(['', ...output.map(textOf)])
  const fresh = input.slice(history).filter(({ role }) => role !== 'system')
  const system = [...told.system, ...input.filter(({ role }) => role === 'system').map(textOf)]
  const nameOf = namer([...input, ...output], input[history - 1])
  const came: Side = { of, nameOf, timeNanos: of.endNanos, attributes: failure(of) }
  const answers = output.flatMap((message) => messageEntries(came, message, completion))
  const sent: Side = { of, nameOf, timeNanos: of.timeNanos, attributes: answers.length === 0 ? failure(of) : {} }
  return [
    ...system.filter((text) => text !== '').map((text) => systemPrompt(of, of.model, text)),
    ...told.definitions.map((definition) => toolDefinition(of, definition)),
    ...fresh.flatMap((message) =>
      message.role === 'assistant' ? begunEntries(sent, message, said) : messageEntries(sent, message, prompt),
    ),
    ...answers,
  ]
}

/** One half of a call. That it failed stands on what came of it; where nothing came, on what had been sent. */
interface Side {
  readonly of: Exchange
  /** The tool that gave a result. */
  readonly nameOf: (result: ResultPart) => string
  readonly timeNanos: bigint | null
  readonly attributes: Kept
}

const failure = ({ error }: Exchange): Kept => ({ error })

function messageEntries(side: Side, message: Message, say: typeof prompt): readonly MappedEntry[] {
  const first = message.parts.findIndex(({ type }) => type === 'text')
  return message.parts.flatMap((part, index) => {
    if (part.type === 'call') return [callEntry(side, part)]
    if (part.type === 'result') return [resultEntry(side, part)]
    const text = index === first ? textOf(message) : ''
    return text === '' ? [] : [say(side, text)]
  })
}

/** An answer that was begun for the model is a part of what it was given, unless it is all that the model said. */
function begunEntries(sent: Side, message: Message, said: ReadonlySet<string>): readonly MappedEntry[] {
  const text = textOf(message)
  return said.has(text) ? [] : [prompt(sent, text)]
}

function prompt({ of, timeNanos, attributes }: Side, text: string): MappedEntry {
  const { payload, attributes: content } = spoken(text)
  const told = { kind: 'prompt', context: 'user_message', payload, timeNanos } as const
  return entry(of, { ...told, sender: of.agent, receiver: of.model, attributes: { ...content, ...attributes } })
}

function completion({ of, timeNanos, attributes }: Side, text: string): MappedEntry {
  const { payload, attributes: content } = spoken(text)
  const told = { kind: 'completion', context: 'assistant_message', payload, timeNanos } as const
  return entry(of, { ...told, sender: of.model, receiver: of.agent, attributes: { ...content, ...attributes } })
}

/** A call in a message without arguments takes none: that content is kept back would keep back the message. */
function callEntry({ of, timeNanos, attributes }: Side, { id, name, args }: CallPart): MappedEntry {
  const given = argumentsIn(args)
  const call = { tool: toolOf(name), callId: id, args: given, attributes: { ...attributes, content: null } }
  return toolCall({ ...of, timeNanos }, call)
}

function resultEntry({ of, nameOf, timeNanos, attributes }: Side, part: ResultPart): MappedEntry {
  return toolResult(of, { tool: toolOf(nameOf(part)), callId: part.id, content: part.content, attributes, timeNanos })
}

function argumentsIn(args: JsonLike | undefined): Arguments | null {
  if (args === undefined || args === null) return null
  return typeof args === 'string' ? argumentsOf(args) : { json: args, value: args }
}

/** Many dialects name the tool in the call only; where there is no id either, it is the only one that was called. */
function namer(messages: readonly Message[], asking: Message | undefined): Side['nameOf'] {
  const names = new Map(messages.flatMap(callsIn).flatMap(({ id, name }) => (id === null ? [] : [[id, name] as const])))
  const [only, ...others] = new Set(asking === undefined ? [] : callsIn(asking).map(({ name }) => name))
  return ({ name, id }) => name ?? (id !== null ? names.get(id) : others.length === 0 ? only : undefined) ?? 'unknown'
}

const callsIn = ({ parts }: Message) => parts.filter((part) => part.type === 'call')

function toolDefinition(of: Exchange, { name, description, parameters }: Definition): MappedEntry {
  const tool = toolOf(name)
  return entry(of, {
    kind: 'tool_definition',
    sender: tool.party,
    receiver: of.agent,
    context: 'tool_description',
    payload: jsonPayload({ name, description, parameters }),
    attributes: { 'tool.name': tool.name, 'mcp.server': tool.server },
    oncePerSession: true,
  })
}

/** What a person asked of an agent or a workflow, and what came of it, as its root span has them. */
export function rootMessages(
  of: Exchange,
  asked: JsonLike | undefined,
  answer: JsonLike | undefined,
): readonly MappedEntry[] {
  const { agent, user, endNanos } = of
  const isAnswered = isSaid(answer)
  const asking = { kind: 'message', sender: user, receiver: agent, context: 'user_message' } as const
  const answering = { kind: 'message', sender: agent, receiver: user, context: 'assistant_message' } as const
  return [
    ...(isSaid(asked) ? [entry(of, { ...asking, ...said(asked, isAnswered ? {} : failure(of)) })] : []),
    ...(isAnswered ? [entry(of, { ...answering, ...said(answer, failure(of)), timeNanos: endNanos })] : []),
  ]
}

const isSaid = (value: JsonLike | undefined): value is JsonLike => value !== undefined && value !== null && value !== ''

function said(value: JsonLike, attributes: Kept) {
  if (typeof value !== 'string') return { payload: payloadOf(value), attributes }
  const { payload, attributes: content } = spoken(value)
  return { payload, attributes: { ...content, ...attributes } }
}

/** The conversation of a root span, without what came before it and what its agent did meanwhile. */
export function rootConversation(of: Exchange, { input, output }: Conversation): readonly MappedEntry[] {
  return rootMessages(of, askedOf(input), textsOf(output))
}

/** A tool at work: its call, and its result once it has ended. */
export interface ToolRun {
  readonly name: string
  readonly server?: string | null
  readonly callId: string | null
  /** Undefined where the sender kept it back. */
  readonly args: JsonLike | undefined
  /** Undefined where there is none, or the sender kept it back. */
  readonly result: JsonLike | undefined
}

export function toolRunEntries(of: Exchange, run: ToolRun): readonly MappedEntry[] {
  const { name, server, callId, args } = run
  const tool = toolOf(name, server ?? null)
  const content = run.result ?? (of.error === null ? undefined : { error: of.error })
  const call = toolCall(of, { tool, callId, args: argumentsIn(args) })
  if (content === undefined) return [call]
  return [call, toolResult(of, { tool, callId, content, attributes: failure(of), timeNanos: of.endNanos })]
}
