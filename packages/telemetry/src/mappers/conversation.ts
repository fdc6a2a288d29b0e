import {
  entry,
  textContent,
  systemPrompt,
  toolCall,
  toolResult,
  argumentsOf,
  type Arguments,
  type EntryAttributes,
} from './entries.ts'
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
 * The entries of a model call, by rule 1 of `otel/mapping.md`, *History*: each call carries the whole conversation, and
 * earlier calls have already reported everything before its last answer.
 */
export function conversationEntries(exchange: Exchange, conversation: Conversation): readonly MappedEntry[] {
  const { input, output } = conversation
  const history = historyIn(input)
  const answered = new Set(['', ...output.map(textOf)])
  const fresh = input.slice(history).filter(({ role }) => role !== 'system')
  const system = [...conversation.system, ...input.filter(({ role }) => role === 'system').map(textOf)]
  const nameOf = namer([...input, ...output], input[history - 1])
  const came: Side = { exchange, nameOf, timeNanos: exchange.endNanos, attributes: failure(exchange) }
  const answers = output.flatMap((message) => messageEntries(came, message, completion))
  const sent: Side = {
    exchange,
    nameOf,
    timeNanos: exchange.timeNanos,
    attributes: answers.length === 0 ? failure(exchange) : {},
  }
  return [
    ...system.filter((text) => text !== '').map((text) => systemPrompt(exchange, exchange.model, text)),
    ...conversation.definitions.map((definition) => toolDefinition(exchange, definition)),
    ...fresh.flatMap((message) =>
      message.role === 'assistant' ? prefillEntries(sent, message, answered) : messageEntries(sent, message, prompt),
    ),
    ...answers,
  ]
}

/** One half of a call. An error is an attribute of the answers; without answers, of the messages sent. */
interface Side {
  readonly exchange: Exchange
  /** The tool that returned a result. */
  readonly nameOf: (result: ResultPart) => string
  readonly timeNanos: bigint | null
  readonly attributes: EntryAttributes
}

const failure = ({ error }: Exchange): EntryAttributes => ({ error })

function messageEntries(side: Side, message: Message, say: typeof prompt): readonly MappedEntry[] {
  const first = message.parts.findIndex(({ type }) => type === 'text')
  return message.parts.flatMap((part, index) => {
    if (part.type === 'call') return [callEntry(side, part)]
    if (part.type === 'result') return [resultEntry(side, part)]
    const text = index === first ? textOf(message) : ''
    return text === '' ? [] : [say(side, text)]
  })
}

/** A prefilled answer is part of the prompt, unless it equals the model's whole answer. */
function prefillEntries(sent: Side, message: Message, answered: ReadonlySet<string>): readonly MappedEntry[] {
  const text = textOf(message)
  return answered.has(text) ? [] : [prompt(sent, text)]
}

function prompt({ exchange, timeNanos, attributes }: Side, text: string): MappedEntry {
  const { payload, attributes: content } = textContent(text)
  const parts = { kind: 'prompt', context: 'user_message', payload, timeNanos } as const
  return entry(exchange, {
    ...parts,
    sender: exchange.agent,
    receiver: exchange.model,
    attributes: { ...content, ...attributes },
  })
}

function completion({ exchange, timeNanos, attributes }: Side, text: string): MappedEntry {
  const { payload, attributes: content } = textContent(text)
  const parts = { kind: 'completion', context: 'assistant_message', payload, timeNanos } as const
  return entry(exchange, {
    ...parts,
    sender: exchange.model,
    receiver: exchange.agent,
    attributes: { ...content, ...attributes },
  })
}

/** A call without arguments takes none: if content were not captured, the whole message would be missing. */
function callEntry({ exchange, timeNanos, attributes }: Side, { id, name, args }: CallPart): MappedEntry {
  const given = argumentsIn(args)
  const call = { tool: toolOf(name), callId: id, args: given, attributes: { ...attributes, content: null } }
  return toolCall({ ...exchange, timeNanos }, call)
}

function resultEntry({ exchange, nameOf, timeNanos, attributes }: Side, part: ResultPart): MappedEntry {
  return toolResult(exchange, {
    tool: toolOf(nameOf(part)),
    callId: part.id,
    content: part.content,
    attributes,
    timeNanos,
  })
}

function argumentsIn(args: JsonLike | undefined): Arguments | null {
  if (args === undefined || args === null) return null
  return typeof args === 'string' ? argumentsOf(args) : { json: args, value: args }
}

/** Many dialects name the tool only in the call. A result without an id belongs to the only tool that was called. */
function namer(messages: readonly Message[], asking: Message | undefined): Side['nameOf'] {
  const names = new Map(messages.flatMap(callsIn).flatMap(({ id, name }) => (id === null ? [] : [[id, name] as const])))
  const [only, ...others] = new Set(asking === undefined ? [] : callsIn(asking).map(({ name }) => name))
  return ({ name, id }) => name ?? (id !== null ? names.get(id) : others.length === 0 ? only : undefined) ?? 'unknown'
}

const callsIn = ({ parts }: Message) => parts.filter((part) => part.type === 'call')

function toolDefinition(exchange: Exchange, { name, description, parameters }: Definition): MappedEntry {
  const tool = toolOf(name)
  return entry(exchange, {
    kind: 'tool_definition',
    sender: tool.party,
    receiver: exchange.agent,
    context: 'tool_description',
    payload: jsonPayload({ name, description, parameters }),
    attributes: { 'tool.name': tool.name, 'mcp.server': tool.server },
    oncePerSession: true,
  })
}

/** The request of a person to an agent or workflow and its answer, as its root span has them. */
export function rootMessages(
  exchange: Exchange,
  asked: JsonLike | undefined,
  answer: JsonLike | undefined,
): readonly MappedEntry[] {
  const { agent, user, endNanos } = exchange
  const isAnswered = hasContent(answer)
  const asking = { kind: 'message', sender: user, receiver: agent, context: 'user_message' } as const
  const answering = { kind: 'message', sender: agent, receiver: user, context: 'assistant_message' } as const
  return [
    ...(hasContent(asked)
      ? [entry(exchange, { ...asking, ...content(asked, isAnswered ? {} : failure(exchange)) })]
      : []),
    ...(isAnswered
      ? [entry(exchange, { ...answering, ...content(answer, failure(exchange)), timeNanos: endNanos })]
      : []),
  ]
}

const hasContent = (value: JsonLike | undefined): value is JsonLike =>
  value !== undefined && value !== null && value !== ''

function content(value: JsonLike, attributes: EntryAttributes) {
  if (typeof value !== 'string') return { payload: payloadOf(value), attributes }
  const { payload, attributes: content } = textContent(value)
  return { payload, attributes: { ...content, ...attributes } }
}

/** The request and answer in a root span's conversation, without its history and the agent's intermediate steps. */
export function rootConversation(exchange: Exchange, { input, output }: Conversation): readonly MappedEntry[] {
  return rootMessages(exchange, askedOf(input), textsOf(output))
}

/** One run of a tool: its call, and its result if it has ended. */
export interface ToolRun {
  readonly name: string
  readonly server?: string | null
  readonly callId: string | null
  /** Undefined if the sender did not capture content. */
  readonly args: JsonLike | undefined
  /** Undefined if there is none, or if the sender did not capture content. */
  readonly result: JsonLike | undefined
}

export function toolRunEntries(exchange: Exchange, run: ToolRun): readonly MappedEntry[] {
  const { name, server, callId, args } = run
  const tool = toolOf(name, server ?? null)
  const content = run.result ?? (exchange.error === null ? undefined : { error: exchange.error })
  const call = toolCall(exchange, { tool, callId, args: argumentsIn(args) })
  if (content === undefined) return [call]
  return [
    call,
    toolResult(exchange, { tool, callId, content, attributes: failure(exchange), timeNanos: exchange.endNanos }),
  ]
}
