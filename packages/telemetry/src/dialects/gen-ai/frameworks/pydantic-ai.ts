import type { Span } from '../../../otlp/telemetry.ts'
import { rootMessages } from '../../../mappers/conversation.ts'
import { textAt } from '../../../mappers/entries.ts'
import type { Exchange } from '../../../mappers/exchange.ts'
import { eventMessages, joined } from '../../../mappers/messages/generations.ts'
import { textOf, type Conversation, type Message } from '../../../mappers/messages/message.ts'
import { definitionsOf, messagesOf } from '../../../mappers/messages/messages.ts'
import { decoded, isArray, member, structured, textMember } from '../../../mappers/messages/value.ts'
import type { Framework } from './framework.ts'

/** Pydantic AI, versions 1 to 5 of its instrumentation; from 3 on, model and tool calls follow the conventions. */
export const pydanticAi: Framework = {
  claims: ({ scope, attributes }) =>
    scope.name === 'pydantic-ai' || attributes.has(ALL_MESSAGES) || attributes.has(ALL_EVENTS),
  work: ({ name, attributes }) => {
    if (attributes.has(ALL_MESSAGES) || attributes.has(ALL_EVENTS) || name === 'agent run') return 'agent'
    return name === 'running tools' ? 'nothing' : null
  },
  conversation,
  toolRun: ({ attributes }) => ({
    args: structured(attributes.get('tool_arguments') ?? attributes.get('gen_ai.tool.call.arguments')),
    result: decoded(attributes.get('tool_response') ?? attributes.get('gen_ai.tool.call.result')),
  }),
  root,
}

const ALL_MESSAGES = 'pydantic_ai.all_messages'
const ALL_EVENTS = 'all_messages_events'

/** Version 1 has the events of semantic conventions 1.28 in one attribute. */
function conversation({ attributes }: Span): Conversation | null {
  const events = eventsIn(attributes.get('events'))
  if (events === null) return null
  const declared = member(structured(attributes.get('model_request_parameters')), 'function_tools')
  return { ...events, definitions: definitionsOf(declared) }
}

function eventsIn(sent: Parameters<typeof structured>[0]): Conversation | null {
  const events = structured(sent)
  if (!isArray(events)) return null
  return joined(
    events.map((event) => eventMessages(textMember(event, 'event.name') ?? '', event)).filter((one) => one !== null),
  )
}

/** The run's own messages follow those of earlier runs. */
function root(exchange: Exchange, { attributes }: Span) {
  const events = eventsIn(attributes.get(ALL_EVENTS))
  const all = events === null ? messagesOf(attributes.get(ALL_MESSAGES), 'user') : [...events.input, ...events.output]
  const own = all.slice(Number(textAt(attributes, 'pydantic_ai.new_message_index') ?? 0))
  const answered = own.findIndex(({ role }) => role === 'assistant')
  const asked = own.slice(0, answered < 0 ? own.length : answered)
  const result = decoded(attributes.get('final_result')) ?? textsOf('assistant', own.slice(-1))
  return rootMessages(exchange, textsOf('user', asked), result)
}

const textsOf = (role: Message['role'], messages: readonly Message[]) =>
  messages.flatMap((message) => (message.role === role ? [textOf(message)] : [])).join('\n')
