import type { Span } from '../../otlp/telemetry.ts'
import { rootMessages } from '../conversation.ts'
import { textAt } from '../entries.ts'
import type { Exchange } from '../exchange.ts'
import type { Conversation } from '../messages/message.ts'
import { messagesOf } from '../messages/messages.ts'
import { answerIn, askedIn } from '../messages/state.ts'
import { firstMember, member, structured, textMember } from '../messages/value.ts'
import type { Framework, Work } from './framework.ts'

/** Mastra: what is said stands in attributes that are called after the type of the span. */
export const mastra = {
  sent: ({ attributes }: Span) => attributes.has('mastra.span.type'),
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
const said = (span: Span, side: 'input' | 'output') => structured(span.attributes.get(`mastra.${typeOf(span)}.${side}`))

/** A generation is asked once, and then calls its model as often as tools answer: these calls have the answers alone. */
function conversation(span: Span): Conversation | null {
  if (typeOf(span) !== 'model_generation') return null
  const asked = said(span, 'input')
  return { system: [], definitions: [], input: messagesOf(member(asked, 'messages') ?? asked, 'user'), output: [] }
}

function root(of: Exchange, span: Span) {
  const answer = said(span, 'output')
  const answered = firstMember(answer, ['object']) ?? textMember(answer, 'text') ?? answer
  return rootMessages(of, askedIn(said(span, 'input')), answerIn(answered))
}
