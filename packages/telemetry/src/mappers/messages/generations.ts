import type { Attributes, Span, SpanEvent } from '../../otlp/telemetry.ts'
import type { JsonLike } from '../json.ts'
import { listAt } from './indexed.ts'
import type { Conversation, Message, Role } from './message.ts'
import { definitionsOf, messageOf, messagesOf, systemOf } from './messages.ts'
import { firstMember, isObject, member, structured } from './value.ts'

/** One reader for each generation of the GenAI conventions. Null if the record has nothing of that generation. */

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

/** Before 1.28: attributes with an index per message, `gen_ai.prompt.0.role`. */
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

/** Semantic conventions 1.28 to 1.36 as span events, and the single event that replaced them. */
export function spanEvents({ events }: Span): Conversation | null {
  const conversations = events.flatMap((event) => eventMessages(event.name, eventBody(event)) ?? [])
  const details = events.filter(({ name }) => name === DETAILS).map((event) => latest(event.attributes))
  const parts = [...conversations, ...details.filter((part) => part !== null)]
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

/** The messages of one event of 1.28 to 1.36; null for any other event. */
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
  // Strands sends the message's blocks in place of the message.
  return messageOf(isObject(message) ? message : { content: message }, 'assistant')
}

/** Span events hold only texts: the body as JSON in one attribute, or each member as an attribute. */
export function eventBody({ attributes }: SpanEvent): JsonLike | undefined {
  const whole = structured(attributes.get('gen_ai.event.content'))
  if (whole !== undefined) return isObject(whole) ? whole : { content: whole }
  const members = Object.fromEntries(EVENT_MEMBERS.map((name) => [name, eventMember(attributes, name)]))
  return member(members, 'content') === undefined && member(members, 'message') === undefined ? undefined : members
}

/** Content can be a text that looks like JSON, so only a list of calls is parsed. */
const eventMember = (attributes: Attributes, name: string) =>
  name === 'tool_calls' ? structured(attributes.get(name)) : attributes.get(name)

const EVENT_MEMBERS = ['role', 'content', 'message', 'tool_calls', 'id', 'name']
