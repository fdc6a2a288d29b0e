import type { Attributes, Span, TelemetryRecord } from '../../otlp/telemetry.ts'
import { conversationEntries, toolRunEntries } from '../../mappers/conversation.ts'
import { textAt } from '../../mappers/entries.ts'
import { agentNameOf, exchangeOf, type Exchange } from '../../mappers/exchange.ts'
import { genAiLog, genAiSpan, namedCalls } from '../gen-ai/gen-ai.ts'
import type { MappedEntry } from '../../mappers/mapped-entry.ts'
import type { Dialect } from '../dialect.ts'
import type { Conversation, Part } from '../../mappers/messages/message.ts'
import { definitionsOf, messagesOf } from '../../mappers/messages/messages.ts'
import { callOf } from '../../mappers/messages/parts.ts'
import { decoded, isArray, structured } from '../../mappers/messages/value.ts'

/** Vercel's AI SDK: the `ai.…` spans of versions 4 to 6, and those of version 7, which follow the conventions. */
export const aiSdk: Dialect = {
  name: 'ai_sdk',
  claims: ({ attributes, scope }) => attributes.has('ai.operationId') || scope.name === 'ai' || scope.name === 'gen_ai',
  span: (record) => aiSdkSpan(exchangeIn(record), record),
  log: (record, toolOfCall) => genAiLog(exchangeIn(record), record, toolOfCall),
  calls: namedCalls,
}

const exchangeIn = (record: TelemetryRecord) =>
  exchangeOf(record, {
    source: 'ai_sdk',
    isNamedByService: true,
    attributes: {
      'agent.name': null,
      function: textAt(record.attributes, 'ai.telemetry.functionId') ?? agentNameOf(record.attributes),
    },
  })

/** Exported for dialects that add attributes of their own to these spans. */
export function aiSdkSpan(exchange: Exchange, record: Span): readonly MappedEntry[] {
  const operation = textAt(record.attributes, 'ai.operationId')
  if (operation === null) return genAiSpan(exchange, record)
  if (operation === 'ai.toolCall') return tool(exchange, record)
  // The outer span repeats what the span of each model call reports.
  return /\.do(?:Generate|Stream)$/.test(operation)
    ? conversationEntries(exchange, conversation(record.attributes))
    : []
}

function conversation(attributes: Attributes): Conversation {
  return {
    system: [],
    definitions: definitionsOf(attributes.get('ai.prompt.tools')),
    input: messagesOf(attributes.get('ai.prompt.messages'), 'user'),
    output: [{ role: 'assistant', parts: answer(attributes) }],
  }
}

function answer(attributes: Attributes): readonly Part[] {
  const text = textAt(attributes, 'ai.response.text') ?? textAt(attributes, 'ai.response.object')
  const calls = structured(attributes.get('ai.response.toolCalls'))
  return [
    ...(text === null ? [] : [{ type: 'text', text } as const]),
    ...(isArray(calls) ? calls.map(callOf).filter((call) => call !== null) : []),
  ]
}

/** A failed tool has no result, so its call carries the error. */
function tool(exchange: Exchange, { attributes, name }: Span): readonly MappedEntry[] {
  const result = decoded(attributes.get('ai.toolCall.result'))
  const run = {
    name: textAt(attributes, 'ai.toolCall.name') ?? name,
    callId: textAt(attributes, 'ai.toolCall.id'),
    args: structured(attributes.get('ai.toolCall.args')),
    result,
  }
  if (result !== undefined || exchange.error === null) return toolRunEntries(exchange, run)
  const failed = { ...exchange, error: null, attributes: { ...exchange.attributes, error: exchange.error } }
  return toolRunEntries(failed, run)
}
