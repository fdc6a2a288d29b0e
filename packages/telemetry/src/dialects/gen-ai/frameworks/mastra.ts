import type { Span } from '../../../otlp/telemetry.ts'
import { rootMessages } from '../../../mappers/conversation.ts'
import { textAt } from '../../../mappers/entries.ts'
import type { Exchange } from '../../../mappers/exchange.ts'
import type { Conversation } from '../../../mappers/messages/message.ts'
import { messagesOf } from '../../../mappers/messages/messages.ts'
import { answerIn, askedIn } from '../../../mappers/messages/state.ts'
import { firstMember, member, structured, textMember } from '../../../mappers/messages/value.ts'
import type { Framework, Work } from './framework.ts'

/** Mastra: content is in attributes that are named after the span's type. */
export const mastra = {
  claims: ({ attributes }: Span) => attributes.has('mastra.span.type'),
  work: (span: Span) => WORK.get(typeOf(span)) ?? 'nothing',
  conversation,
  root,
} as const satisfies Framework

/** Steps, chunks and processors repeat the work around them. */
const WORK: ReadonlyMap<string, Work> = new Map([
  ['agent_run', 'agent'],
  ['workflow_run', 'agent'],
  ['model_generation', 'model'],
  ['model_inference', 'model'],
  ['tool_call', 'tool'],
  ['mcp_tool_call', 'tool'],
])

const typeOf = ({ attributes }: Span) => textAt(attributes, 'mastra.span.type') ?? ''
const contentOf = (span: Span, side: 'input' | 'output') =>
  structured(span.attributes.get(`mastra.${typeOf(span)}.${side}`))

/** A generation has the input; the model calls within it, one for each round of tools, have only the answers. */
function conversation(span: Span): Conversation | null {
  if (typeOf(span) !== 'model_generation') return null
  const asked = contentOf(span, 'input')
  return { system: [], definitions: [], input: messagesOf(member(asked, 'messages') ?? asked, 'user'), output: [] }
}

function root(exchange: Exchange, span: Span) {
  const answer = contentOf(span, 'output')
  const answered = firstMember(answer, ['object']) ?? textMember(answer, 'text') ?? answer
  return rootMessages(exchange, askedIn(contentOf(span, 'input')), answerIn(answered))
}
