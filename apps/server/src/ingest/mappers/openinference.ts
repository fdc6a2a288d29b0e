import type { Attributes, Span } from '../otlp/telemetry.ts'
import { conversationEntries, rootMessages, toolRunEntries } from './conversation.ts'
import { firstText, systemEvent, textAt } from './entries.ts'
import { exchangeOf, type Exchange } from './exchange.ts'
import type { JsonLike } from './json.ts'
import type { MappedEntry } from './mapped-entry.ts'
import type { Mapper } from './mapper.ts'
import { listAt } from './messages/indexed.ts'
import type { Conversation, Message, Role } from './messages/message.ts'
import { definitionsOf, messagesOf } from './messages/messages.ts'
import { decoded, firstMember, isArray, isObject, member, structured, textMember } from './messages/value.ts'

/** OpenInference (Arize Phoenix): lists are flattened into attributes. There are no log records of it. */
export const openInference: Mapper = { span, log: () => [] }

function span(record: Span): readonly MappedEntry[] {
  const of = exchangeOf(record, 'openinference')
  const { attributes } = record
  switch (textAt(attributes, 'openinference.span.kind')) {
    case 'LLM':
      return conversationEntries(of, conversation(attributes))
    case 'TOOL':
      return tool(of, record)
    case 'RETRIEVER':
    case 'RERANKER':
      return retrieval(of, record)
    case 'AGENT':
    case 'CHAIN':
      return record.parentSpanId === null ? rootMessages(of, said(attributes, 'input'), said(attributes, 'output')) : []
    case 'GUARDRAIL':
    case 'EVALUATOR':
      return [guardrail(of, attributes)]
    default:
      return []
  }
}

/** `input.value` or `output.value`: JSON where its type says so. */
function said(attributes: Attributes, side: 'input' | 'output'): JsonLike | undefined {
  const value = attributes.get(`${side}.value`)
  return textAt(attributes, `${side}.mime_type`) === 'application/json' ? decoded(value) : value
}

function conversation(attributes: Attributes): Conversation {
  const declared = listAt(attributes, 'llm.tools').map(
    (tool) => firstMember(member(tool, 'tool'), ['json_schema']) ?? tool,
  )
  return {
    system: [],
    definitions: definitionsOf(declared),
    input: messagesAt(attributes, 'input', 'user'),
    output: messagesAt(attributes, 'output', 'assistant'),
  }
}

/** A span without messages has prompts and choices of a plain completion, or the whole request and response. */
function messagesAt(attributes: Attributes, side: 'input' | 'output', role: Role): readonly Message[] {
  const listed = listAt(attributes, `llm.${side}_messages`).map(messageIn)
  const plain = listAt(attributes, side === 'input' ? 'llm.prompts' : 'llm.choices').map((one) =>
    firstMember(firstMember(one, ['prompt', 'completion']), ['text']),
  )
  const messages = messagesOf([...listed, ...plain.filter((one) => one !== undefined)], role)
  return messages.length > 0 ? messages : messagesOf(attributes.get(`${side}.value`), role)
}

function messageIn(element: JsonLike): JsonLike {
  const message = member(element, 'message')
  if (!isObject(message)) return element
  const blocks = member(message, 'contents')
  const called = textMember(message, 'function_call_name')
  const legacy =
    called === null ? undefined : { name: called, arguments: member(message, 'function_call_arguments_json') }
  return {
    ...message,
    function_call: legacy,
    contents: isArray(blocks) ? blocks.map(blockIn).filter((block) => block !== null) : undefined,
  }
}

/** Null for an image whose bytes are in its address: they are no text to judge. */
function blockIn(element: JsonLike): JsonLike {
  const block = member(element, 'message_content') ?? element
  const url = textMember(member(member(block, 'image'), 'image'), 'url')
  if (url === null) return block
  return url.startsWith('data:') ? null : { type: 'image', url }
}

function tool(of: Exchange, { attributes, name }: Span): readonly MappedEntry[] {
  return toolRunEntries(of, {
    name: textAt(attributes, 'tool.name') ?? name,
    callId: firstText(attributes, ['tool.id', 'tool_call.id']),
    // `tool.parameters` is the schema; some instrumentations put the arguments there.
    args: structured(attributes.get('input.value') ?? attributes.get('tool.parameters')),
    result: said(attributes, 'output'),
  })
}

/** What was found goes to a model: instructions of others arrive here. */
function retrieval(of: Exchange, { attributes, name }: Span): readonly MappedEntry[] {
  const documents = DOCUMENTS.map((prefix) => listAt(attributes, prefix)).find((list) => list.length > 0) ?? []
  const contents = documents.map((one) => textMember(member(one, 'document'), 'content')).filter((one) => one !== null)
  const query = firstText(attributes, ['reranker.query', 'input.value'])
  return toolRunEntries(of, {
    name: textAt(attributes, 'tool.name') ?? name,
    callId: null,
    args: query === null ? undefined : { query },
    result: contents.length > 0 ? contents : said(attributes, 'output'),
  })
}

const DOCUMENTS = ['retrieval.documents', 'reranker.output_documents']

function guardrail(of: Exchange, attributes: Attributes): MappedEntry {
  const judged = { input: said(attributes, 'input'), output: said(attributes, 'output') }
  return systemEvent({ ...of, timeNanos: of.endNanos }, 'guardrail', judged, { error: of.error })
}
