import type { LogRecord, Span, TelemetryRecord } from '../../otlp/telemetry.ts'
import { conversationEntries, rootConversation, toolRunEntries, type ToolRun } from '../../mappers/conversation.ts'
import { firstText, ownAttributes, systemEvent, textAt, toolResult } from '../../mappers/entries.ts'
import { exchangeOf, type Exchange } from '../../mappers/exchange.ts'
import type { Work } from './frameworks/framework.ts'
import { frameworkOf } from './frameworks/frameworks.ts'
import type { JsonLike } from '../../mappers/json.ts'
import type { MappedEntry } from '../../mappers/mapped-entry.ts'
import { hasPrefix } from '../claims.ts'
import type { Dialect, NamedCall, ToolOfCall } from '../dialect.ts'
import {
  DETAILS,
  eventBody,
  eventMessages,
  indexed,
  joined,
  latest,
  spanEvents,
} from '../../mappers/messages/generations.ts'
import type { Conversation, Message } from '../../mappers/messages/message.ts'
import { decoded, firstMember, isArray, structured } from '../../mappers/messages/value.ts'
import { toolOf } from '../../mappers/names.ts'
import { isSessionAttribute } from '../../mappers/session.ts'

/** OpenTelemetry's GenAI conventions in all three generations, and the frameworks that vary them. */
export const genAi: Dialect = {
  name: 'gen_ai',
  claims: (record) =>
    hasPrefix(record.attributes, 'gen_ai.') || eventNames(record).some((name) => name.startsWith('gen_ai.')),
  span: (span) => genAiSpan(exchangeOf(span, { source: 'gen_ai' }), span),
  log: (record, toolOfCall) => genAiLog(exchangeOf(record, { source: 'gen_ai' }), record, toolOfCall),
  calls: namedCalls,
}

const eventNames = (record: TelemetryRecord) =>
  record.type === 'log' ? [record.eventName] : record.events.map(({ name }) => name)

/** Exported for dialects that add attributes of their own to these spans. */
export function genAiSpan(exchange: Exchange, span: Span): readonly MappedEntry[] {
  const framework = frameworkOf(span)
  switch (framework?.work?.(span) ?? workOf(span)) {
    case 'tool':
      return toolSpan(exchange, span, framework?.toolRun?.(span) ?? null)
    case 'agent': {
      const declared = conversationEntries(exchange, { ...EMPTY_CONVERSATION, ...framework?.declared?.(span) })
      if (span.parentSpanId !== null) return declared
      return [...declared, ...(framework?.root?.(exchange, span) ?? rootConversation(exchange, conversationOf(span)))]
    }
    case 'retrieval':
      return documents(exchange, span)
    case 'nothing':
      return []
    default:
      return conversationEntries(exchange, framework?.conversation?.(span) ?? conversationOf(span))
  }
}

const WORK: ReadonlyMap<string, Work> = new Map([
  ['execute_tool', 'tool'],
  ['invoke_agent', 'agent'],
  ['create_agent', 'agent'],
  ['invoke_workflow', 'agent'],
  ['retrieval', 'retrieval'],
  ['embeddings', 'nothing'],
  // The AI SDK wraps each model call in such a span.
  ['agent_step', 'nothing'],
])

/** An unknown operation is read as a model call; without messages it makes no entry. */
function workOf({ attributes }: Span): Work {
  const operation = textAt(attributes, 'gen_ai.operation.name')
  if (operation === null) return attributes.has('gen_ai.tool.name') ? 'tool' : 'model'
  return WORK.get(operation) ?? (operation.includes('memory') ? 'nothing' : 'model')
}

const EMPTY_CONVERSATION: Conversation = { system: [], definitions: [], input: [], output: [] }

/** Messages come from one generation; system prompts and tools can come from another. */
function conversationOf(span: Span): Conversation {
  const now = latest(span.attributes) ?? EMPTY_CONVERSATION
  if (now.input.length + now.output.length > 0) return now
  return joined([now, spanEvents(span) ?? indexed(span.attributes) ?? EMPTY_CONVERSATION])
}

function toolSpan(
  exchange: Exchange,
  { attributes, name }: Span,
  run: Partial<ToolRun> | null,
): readonly MappedEntry[] {
  return toolRunEntries(exchange, {
    name: firstText(attributes, ['gen_ai.tool.name']) ?? name,
    server: firstText(attributes, ['mcp_server_name', 'mcp_server']),
    callId: firstText(attributes, ['gen_ai.tool.call.id', 'gen_ai.tool.call_id']),
    args: structured(attributes.get('gen_ai.tool.call.arguments')),
    result: decoded(attributes.get('gen_ai.tool.call.result')),
    ...run,
  })
}

/** Retrieved documents go to a model and can carry injected instructions. */
function documents(exchange: Exchange, { attributes }: Span): readonly MappedEntry[] {
  const found = structured(attributes.get('gen_ai.retrieval.documents'))
  const contents = isArray(found) ? found.map(contentOf).filter((content) => content !== undefined) : []
  if (contents.length === 0) return []
  const tool = toolOf(textAt(attributes, 'gen_ai.data_source.id') ?? 'retrieval')
  const { error } = exchange
  return [
    toolResult(exchange, {
      tool,
      callId: null,
      content: contents,
      timeNanos: exchange.endNanos,
      attributes: { error },
    }),
  ]
}

const contentOf = (document: JsonLike) =>
  typeof document === 'string' ? document : firstMember(document, ['content', 'text', 'page_content'])

export function genAiLog(exchange: Exchange, record: LogRecord, toolOfCall?: ToolOfCall): readonly MappedEntry[] {
  const { attributes, eventName } = record
  if (eventName === 'gen_ai.evaluation.result') {
    return [systemEvent(exchange, 'evaluation.result', ownAttributes(attributes, isCommon))]
  }
  if (eventName === DETAILS) {
    return workOfEvent(record) === 'agent'
      ? []
      : conversationEntries(exchange, latest(attributes) ?? EMPTY_CONVERSATION)
  }
  // Each message is a record, and an assistant message repeats an earlier answer.
  if (eventName === 'gen_ai.assistant.message') return []
  const conversation = messagesIn(record)
  return conversation === null ? [] : conversationEntries(exchange, withTools(conversation, toolOfCall))
}

const workOfEvent = ({ attributes }: LogRecord) => WORK.get(textAt(attributes, 'gen_ai.operation.name') ?? '')

const COMMON = new Set(['event.name', 'event.timestamp'])
const isCommon = (name: string) => COMMON.has(name) || isSessionAttribute(name)

function messagesIn({ eventName, body, attributes }: LogRecord): Conversation | null {
  return eventMessages(eventName, structured(body) ?? eventBody({ name: eventName, attributes }))
}

/** Each message is a record, so the call that names a result's tool is in another record. */
function withTools(conversation: Conversation, toolOfCall: ToolOfCall | undefined): Conversation {
  const input = conversation.input.map(({ role, parts }): Message => ({
    role,
    parts: parts.map((part) =>
      part.type === 'result' && part.name === null && part.id !== null
        ? { ...part, name: toolOfCall?.(part.id) ?? null }
        : part,
    ),
  }))
  return { ...conversation, input }
}

export function namedCalls(record: LogRecord | Span): readonly NamedCall[] {
  const conversation = record.type === 'log' ? messagesIn(record) : null
  if (conversation === null) return []
  const parts = [...conversation.input, ...conversation.output].flatMap((message) => message.parts)
  return parts.flatMap((part) =>
    part.type === 'call' && part.id !== null ? [{ callId: part.id, tool: part.name }] : [],
  )
}
