import type { Attributes, Span, SpanEvent } from '../../otlp/telemetry.ts'
import type { JsonLike } from '../json.ts'
import { listAt } from './indexed.ts'
import type { Conversation, Message, Role } from './message.ts'
import { definitionsOf, messageOf, messagesOf, systemOf } from './messages.ts'
import { firstMember, isObject, member, structured } from './value.ts'

/** Each generation of the GenAI conventions, from what carries it to a conversation; null where a record has none of it. */

/** Semantic conventions 1.37 and later: JSON on spans, structures on events. */
export function latest(attributes: Attributes): Conversation | null {
  const [system, definitions, input, output] = LATEST.map((name) => attributes.get(name))
  if (system === undefined && definitions === undefined && input === undefined && output === undefined) return null
  return {
    system: systemOf(system),
    definitions: definitionsOf(definitions),
    input: messagesOf(input, 'user'),
    output: messagesOf(output, 'assistant'),
  }
}

const LATEST = [
  'gen_ai.system_instructions',
  'gen_ai.tool.definitions',
  'gen_ai.input.messages',
  'gen_ai.output.messages',
]

/** Before 1.28: attributes with an index a message, `gen_ai.prompt.0.role`. */
export function indexed(attributes: Attributes): Conversation | null {
  const input = listAt(attributes, 'gen_ai.prompt')
  const output = listAt(attributes, 'gen_ai.completion')
  const definitions = listAt(attributes, 'llm.request.functions')
  if (input.length + output.length + definitions.length === 0) return null
  return {
    system: [],
    definitions: definitionsOf(definitions),
    input: messagesOf(input, 'user'),
    output: messagesOf(output, 'assistant'),
  }
}

/** Semantic conventions 1.28 to 1.36 as events of a span, and the one event that replaced them. */
export function spanEvents({ events }: Span): Conversation | null {
  const told = events.flatMap((event) => eventMessages(event.name, eventBody(event)) ?? [])
  const details = events.filter(({ name }) => name === DETAILS).map((event) => latest(event.attributes))
  const parts = [...told, ...details.filter((part) => part !== null)]
  return parts.length === 0 ? null : joined(parts)
}

export const DETAILS = 'gen_ai.client.inference.operation.details'

export function joined(parts: readonly Conversation[]): Conversation {
  return {
    system: parts.flatMap(({ system }) => system),
    definitions: parts.flatMap(({ definitions }) => definitions),
    input: parts.flatMap(({ input }) => input),
    output: parts.flatMap(({ output }) => output),
  }
}

/** What one event of 1.28 to 1.36 tells; null for any other event. */
export function eventMessages(name: string, body: JsonLike | undefined): Conversation | null {
  const role = EVENT_ROLES.get(name)
  if (role === undefined || body === undefined) return null
  const messages = role === 'choice' ? choiceMessages(body) : messageOf(body, role)
  const isOutput = role === 'choice'
  return { system: [], definitions: [], input: isOutput ? [] : messages, output: isOutput ? messages : [] }
}

const EVENT_ROLES: ReadonlyMap<string, Role | 'choice'> = new Map([
  ['gen_ai.system.message', 'system'],
  ['gen_ai.user.message', 'user'],
  ['gen_ai.assistant.message', 'assistant'],
  ['gen_ai.tool.message', 'tool'],
  ['gen_ai.choice', 'choice'],
])

function choiceMessages(body: JsonLike): readonly Message[] {
  const message = structured(firstMember(body, ['message']) ?? body) ?? null
  // Strands has the blocks of the message where others have the message.
  return messageOf(isObject(message) ? message : { content: message }, 'assistant')
}

/** Events of spans hold texts only: JSON of the body in one attribute, or each member as an attribute. */
export function eventBody({ attributes }: SpanEvent): JsonLike | undefined {
  const whole = structured(attributes.get('gen_ai.event.content'))
  if (whole !== undefined) return isObject(whole) ? whole : { content: whole }
  const members = Object.fromEntries(EVENT_MEMBERS.map((name) => [name, eventMember(attributes, name)]))
  return member(members, 'content') === undefined && member(members, 'message') === undefined ? undefined : members
}

/** A content may be a text that looks like JSON; a list of calls may not. */
const eventMember = (attributes: Attributes, name: string) =>
  name === 'tool_calls' ? structured(attributes.get(name)) : attributes.get(name)

const EVENT_MEMBERS = ['role', 'content', 'message', 'tool_calls', 'id', 'name']
