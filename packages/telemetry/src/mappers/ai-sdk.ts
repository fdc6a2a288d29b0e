import type { Attributes, Span } from '../otlp/telemetry.ts'
import { conversationEntries, toolRunEntries } from './conversation.ts'
import { textAt } from './entries.ts'
import { exchangeOf, type Exchange } from './exchange.ts'
import { genAi, genAiLog, genAiSpan } from './gen-ai.ts'
import type { MappedEntry } from './mapped-entry.ts'
import type { Mapper } from './mapper.ts'
import type { Conversation, Part } from './messages/message.ts'
import { definitionsOf, messagesOf } from './messages/messages.ts'
import { callOf } from './messages/parts.ts'
import { decoded, isArray, structured } from './messages/value.ts'

/** The AI SDK of Vercel: the spans of versions 4 to 6 (`ai.…`), and those of 7, which are as the GenAI conventions say. */
export const aiSdk: Mapper = {
  ...genAi,
  span: (record) => aiSdkSpan(exchangeOf(record, 'ai_sdk'), record),
  log: (record, toolOfCall) => genAiLog(exchangeOf(record, 'ai_sdk'), record, toolOfCall),
}

/** Also where another dialect adds its own attributes to these spans. */
export function aiSdkSpan(of: Exchange, record: Span): readonly MappedEntry[] {
  const operation = textAt(record.attributes, 'ai.operationId')
  if (operation === null) return genAiSpan(of, record)
  if (operation === 'ai.toolCall') return tool(of, record)
  // The span around it repeats what each call of the model tells.
  return /\.do(?:Generate|Stream)$/.test(operation) ? conversationEntries(of, conversation(record.attributes)) : []
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

/** A tool that failed has no result, and what failed stands on the call. */
function tool(of: Exchange, { attributes, name }: Span): readonly MappedEntry[] {
  const result = decoded(attributes.get('ai.toolCall.result'))
  const run = {
    name: textAt(attributes, 'ai.toolCall.name') ?? name,
    callId: textAt(attributes, 'ai.toolCall.id'),
    args: structured(attributes.get('ai.toolCall.args')),
    result,
  }
  if (result !== undefined || of.error === null) return toolRunEntries(of, run)
  const failed = { ...of, error: null, attributes: { ...of.attributes, error: of.error } }
  return toolRunEntries(failed, run)
}
