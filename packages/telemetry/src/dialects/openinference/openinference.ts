import type { Attributes, Span } from '../../otlp/telemetry.ts'
import { aiSdkSpan } from '../ai-sdk/ai-sdk.ts'
import { conversationEntries, rootMessages, toolRunEntries } from '../../mappers/conversation.ts'
import { firstText, ownAttributes, systemEvent, textAt } from '../../mappers/entries.ts'
import { exchangeOf, type Exchange } from '../../mappers/exchange.ts'
import { mastra } from '../gen-ai/frameworks/mastra.ts'
import { userOf } from '../../mappers/names.ts'
import type { JsonLike } from '../../mappers/json.ts'
import type { MappedEntry } from '../../mappers/mapped-entry.ts'
import type { Dialect } from '../dialect.ts'
import { flattened } from '../../mappers/messages/flattened.ts'
import { listAt } from '../../mappers/messages/indexed.ts'
import { answerIn, askedIn } from '../../mappers/messages/state.ts'
import { printedToolMessage, toolCallIn, toolMessageIn } from '../../mappers/messages/tool-message.ts'
import { decoded, member, structured, textMember } from '../../mappers/messages/value.ts'

/** OpenInference (Arize Phoenix): lists are flattened into attributes. It has no log records. */
export const openInference: Dialect = {
  name: 'openinference',
  claims: ({ attributes }) => attributes.has('openinference.span.kind'),
  span,
  log: () => [],
}

/** In this dialect `user.id` is the user of the application; elsewhere it is a random id of an installation. */
function userIn(attributes: Attributes): string {
  const known = userOf(attributes)
  const id = textAt(attributes, 'user.id')
  return known === 'user' && id !== null ? `user.${id}` : known
}

function span(record: Span): readonly MappedEntry[] {
  const exchange = exchangeOf(record, { source: 'openinference', isNamedByService: true, user: userIn })
  if (isOfAiSdk(record)) return aiSdkSpan(exchange, record)
  return mastra.claims(record) && mastra.work(record) === 'nothing' ? [] : openInferenceSpan(exchange, record)
}

/** The AI SDK's own attributes say more than those its exporters add, except on outer `ai.…` spans. */
function isOfAiSdk({ scope, attributes }: Span): boolean {
  if (scope.name === 'gen_ai') return true
  const isOuter = ['AGENT', 'CHAIN'].includes(textAt(attributes, 'openinference.span.kind') ?? '')
  return attributes.has('ai.operationId') && !isOuter
}

function openInferenceSpan(exchange: Exchange, record: Span): readonly MappedEntry[] {
  const { attributes } = record
  switch (textAt(attributes, 'openinference.span.kind')) {
    case 'LLM':
      return conversationEntries(exchange, flattened(attributes))
    case 'TOOL':
      return tool(exchange, record)
    case 'RETRIEVER':
    case 'RERANKER':
      return retrieval(exchange, record)
    case 'AGENT':
    case 'CHAIN':
      return record.parentSpanId === null
        ? rootMessages(exchange, askedIn(valueAt(attributes, 'input')), answerIn(valueAt(attributes, 'output')))
        : []
    case 'GUARDRAIL':
    case 'EVALUATOR':
      return [guardrail(exchange, attributes)]
    default:
      return []
  }
}

/** `input.value` or `output.value`, parsed if its type is JSON. */
function valueAt(attributes: Attributes, side: 'input' | 'output'): JsonLike | undefined {
  const value = attributes.get(`${side}.value`)
  return textAt(attributes, `${side}.mime_type`) === 'application/json' ? decoded(value) : value
}

function tool(exchange: Exchange, { attributes, name }: Span): readonly MappedEntry[] {
  const output = valueAt(attributes, 'output')
  const message = toolMessageIn(output) ?? (typeof output === 'string' ? printedToolMessage(output) : null)
  // `tool.parameters` is meant for the schema, but some instrumentations put the arguments there.
  const input = structured(attributes.get('input.value') ?? attributes.get('tool.parameters'))
  const call = toolCallIn(input)
  return toolRunEntries(exchange, {
    name: textAt(attributes, 'tool.name') ?? name,
    callId: firstText(attributes, ['tool.id', 'tool_call.id']) ?? message?.callId ?? call?.callId ?? null,
    args: call?.args ?? input,
    result: message === null ? output : message.content,
  })
}

/** Retrieved documents go to a model and can carry injected instructions. */
function retrieval(exchange: Exchange, { attributes, name }: Span): readonly MappedEntry[] {
  const documents = DOCUMENTS.map((prefix) => listAt(attributes, prefix)).find((list) => list.length > 0) ?? []
  const contents = documents.map((one) => textMember(member(one, 'document'), 'content')).filter((one) => one !== null)
  const query = firstText(attributes, ['reranker.query', 'input.value'])
  return toolRunEntries(exchange, {
    name: textAt(attributes, 'tool.name') ?? name,
    callId: null,
    args: query === null ? undefined : { query },
    result: contents.length > 0 ? contents : valueAt(attributes, 'output'),
  })
}

const DOCUMENTS = ['retrieval.documents', 'reranker.output_documents']

function guardrail(exchange: Exchange, attributes: Attributes): MappedEntry {
  const verdict = ownAttributes(attributes, (name) => !name.startsWith('guardrail.'))
  const judged = { input: valueAt(attributes, 'input'), output: valueAt(attributes, 'output'), ...verdict }
  return systemEvent({ ...exchange, timeNanos: exchange.endNanos }, 'guardrail', judged, { error: exchange.error })
}
