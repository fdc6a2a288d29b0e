import type { LogRecord, Span } from '../otlp/telemetry.ts'
import { conversationEntries, rootConversation, toolRunEntries, type ToolRun } from './conversation.ts'
import { firstText, ownAttributes, systemEvent, textAt, toolResult } from './entries.ts'
import { exchangeOf, type Exchange } from './exchange.ts'
import type { Work } from './frameworks/framework.ts'
import { frameworkOf } from './frameworks/frameworks.ts'
import type { JsonLike } from './json.ts'
import type { MappedEntry } from './mapped-entry.ts'
import type { Mapper, ToldCall, ToolOfCall } from './mapper.ts'
import { DETAILS, eventBody, eventMessages, indexed, joined, latest, spanEvents } from './messages/generations.ts'
import type { Conversation, Message } from './messages/message.ts'
import { decoded, firstMember, isArray, structured } from './messages/value.ts'
import { toolOf } from './names.ts'
import { isSessionAttribute } from './session.ts'

/** OpenTelemetry's GenAI conventions, all three generations, and the frameworks that send them in shapes of their own. */
export const genAi: Mapper = {
  span: (span) => genAiSpan(exchangeOf(span, 'gen_ai'), span),
  log: (record, toolOfCall) => genAiLog(exchangeOf(record, 'gen_ai'), record, toolOfCall),
  calls: toldCalls,
}

/** Also for sources that put attributes of their own beside these. */
export function genAiSpan(of: Exchange, span: Span): readonly MappedEntry[] {
  const framework = frameworkOf(span)
  switch (framework?.work?.(span) ?? workOf(span)) {
    case 'tool':
      return toolSpan(of, span, framework?.toolRun?.(span) ?? null)
    case 'agent': {
      const declared = conversationEntries(of, { ...NOTHING_SAID, ...framework?.declared?.(span) })
      if (span.parentSpanId !== null) return declared
      return [...declared, ...(framework?.root?.(of, span) ?? rootConversation(of, conversationOf(span)))]
    }
    case 'retrieval':
      return documents(of, span)
    case 'nothing':
      return []
    default:
      return conversationEntries(of, framework?.conversation?.(span) ?? conversationOf(span))
  }
}

const WORK: ReadonlyMap<string, Work> = new Map([
  ['execute_tool', 'tool'],
  ['invoke_agent', 'agent'],
  ['create_agent', 'agent'],
  ['invoke_workflow', 'agent'],
  ['retrieval', 'retrieval'],
  ['embeddings', 'nothing'],
  // A turn of the AI SDK around one call of a model.
  ['agent_step', 'nothing'],
])

/** An operation that is not known is a call of a model, if it holds one. */
function workOf({ attributes }: Span): Work {
  const operation = textAt(attributes, 'gen_ai.operation.name')
  if (operation === null) return attributes.has('gen_ai.tool.name') ? 'tool' : 'model'
  return WORK.get(operation) ?? (operation.includes('memory') ? 'nothing' : 'model')
}

const NOTHING_SAID: Conversation = { system: [], definitions: [], input: [], output: [] }

/** One generation tells the messages; prompts and tools may stand beside another's. */
function conversationOf(span: Span): Conversation {
  const now = latest(span.attributes) ?? NOTHING_SAID
  if (now.input.length + now.output.length > 0) return now
  return joined([now, spanEvents(span) ?? indexed(span.attributes) ?? NOTHING_SAID])
}

function toolSpan(of: Exchange, { attributes, name }: Span, run: Partial<ToolRun> | null): readonly MappedEntry[] {
  return toolRunEntries(of, {
    name: firstText(attributes, ['gen_ai.tool.name']) ?? name,
    server: firstText(attributes, ['mcp_server_name', 'mcp_server']),
    callId: firstText(attributes, ['gen_ai.tool.call.id', 'gen_ai.tool.call_id']),
    args: structured(attributes.get('gen_ai.tool.call.arguments')),
    result: decoded(attributes.get('gen_ai.tool.call.result')),
    ...run,
  })
}

/** What was found goes to a model: instructions of others arrive here. */
function documents(of: Exchange, { attributes }: Span): readonly MappedEntry[] {
  const found = structured(attributes.get('gen_ai.retrieval.documents'))
  const contents = isArray(found) ? found.map(contentOf).filter((content) => content !== undefined) : []
  if (contents.length === 0) return []
  const tool = toolOf(textAt(attributes, 'gen_ai.data_source.id') ?? 'retrieval')
  const { error } = of
  return [toolResult(of, { tool, callId: null, content: contents, timeNanos: of.endNanos, attributes: { error } })]
}

const contentOf = (document: JsonLike) =>
  typeof document === 'string' ? document : firstMember(document, ['content', 'text', 'page_content'])

export function genAiLog(of: Exchange, record: LogRecord, toolOfCall?: ToolOfCall): readonly MappedEntry[] {
  const { attributes, eventName } = record
  if (eventName === 'gen_ai.evaluation.result') {
    return [systemEvent(of, 'evaluation.result', ownAttributes(attributes, isCommon))]
  }
  if (eventName === DETAILS) {
    return workOfEvent(record) === 'agent' ? [] : conversationEntries(of, latest(attributes) ?? NOTHING_SAID)
  }
  // Each message is a record, and this one was an answer before.
  if (eventName === 'gen_ai.assistant.message') return []
  const told = messagesIn(record)
  return told === null ? [] : conversationEntries(of, withTools(told, toolOfCall))
}

const workOfEvent = ({ attributes }: LogRecord) => WORK.get(textAt(attributes, 'gen_ai.operation.name') ?? '')

const COMMON = new Set(['event.name', 'event.timestamp'])
const isCommon = (name: string) => COMMON.has(name) || isSessionAttribute(name)

function messagesIn({ eventName, body, attributes }: LogRecord): Conversation | null {
  return eventMessages(eventName, structured(body) ?? eventBody({ name: eventName, attributes }))
}

/** Each message is a record: the call that a result answers is in another one. */
function withTools(told: Conversation, toolOfCall: ToolOfCall | undefined): Conversation {
  const input = told.input.map(({ role, parts }): Message => ({
    role,
    parts: parts.map((part) =>
      part.type === 'result' && part.name === null && part.id !== null
        ? { ...part, name: toolOfCall?.(part.id) ?? null }
        : part,
    ),
  }))
  return { ...told, input }
}

function toldCalls(record: LogRecord | Span): readonly ToldCall[] {
  const told = record.type === 'log' ? messagesIn(record) : null
  if (told === null) return []
  const parts = [...told.input, ...told.output].flatMap((message) => message.parts)
  return parts.flatMap((part) =>
    part.type === 'call' && part.id !== null ? [{ callId: part.id, tool: part.name }] : [],
  )
}
