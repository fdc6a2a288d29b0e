import type { Attributes, Span } from '../otlp/telemetry.ts'
import { aiSdkSpan } from './ai-sdk.ts'
import { conversationEntries, rootMessages, toolRunEntries } from './conversation.ts'
import { firstText, ownAttributes, systemEvent, textAt } from './entries.ts'
import { exchangeOf, type Exchange } from './exchange.ts'
import { mastra } from './frameworks/mastra.ts'
import type { JsonLike } from './json.ts'
import type { MappedEntry } from './mapped-entry.ts'
import type { Mapper } from './mapper.ts'
import { flattened } from './messages/flattened.ts'
import { listAt } from './messages/indexed.ts'
import { answerIn, askedIn } from './messages/state.ts'
import { toolMessageIn } from './messages/tool-message.ts'
import { decoded, member, structured, textMember } from './messages/value.ts'

/** OpenInference (Arize Phoenix): lists are flattened into attributes. There are no log records of it. */
export const openInference: Mapper = { span, log: () => [] }

function span(record: Span): readonly MappedEntry[] {
  const of = exchangeOf(record, 'openinference')
  if (isOfAiSdk(record)) return aiSdkSpan(of, record)
  return mastra.sent(record) && mastra.work(record) === 'nothing' ? [] : openInferenceSpan(of, record)
}

/** What exporters add to such spans is less than what they tell themselves; of the outer ones of `ai.…` it is the only. */
function isOfAiSdk({ scope, attributes }: Span): boolean {
  if (scope.name === 'gen_ai') return true
  const isOuter = ['AGENT', 'CHAIN'].includes(textAt(attributes, 'openinference.span.kind') ?? '')
  return attributes.has('ai.operationId') && !isOuter
}

function openInferenceSpan(of: Exchange, record: Span): readonly MappedEntry[] {
  const { attributes } = record
  switch (textAt(attributes, 'openinference.span.kind')) {
    case 'LLM':
      return conversationEntries(of, flattened(attributes))
    case 'TOOL':
      return tool(of, record)
    case 'RETRIEVER':
    case 'RERANKER':
      return retrieval(of, record)
    case 'AGENT':
    case 'CHAIN':
      return record.parentSpanId === null
        ? rootMessages(of, askedIn(said(attributes, 'input')), answerIn(said(attributes, 'output')))
        : []
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

function tool(of: Exchange, { attributes, name }: Span): readonly MappedEntry[] {
  const output = said(attributes, 'output')
  const message = toolMessageIn(output)
  return toolRunEntries(of, {
    name: textAt(attributes, 'tool.name') ?? name,
    callId: firstText(attributes, ['tool.id', 'tool_call.id']) ?? message?.callId ?? null,
    // `tool.parameters` is the schema; some instrumentations put the arguments there.
    args: structured(attributes.get('input.value') ?? attributes.get('tool.parameters')),
    result: message === null ? output : message.content,
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
  const verdict = ownAttributes(attributes, (name) => !name.startsWith('guardrail.'))
  const judged = { input: said(attributes, 'input'), output: said(attributes, 'output'), ...verdict }
  return systemEvent({ ...of, timeNanos: of.endNanos }, 'guardrail', judged, { error: of.error })
}
