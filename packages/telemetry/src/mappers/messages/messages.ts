import { jsonText, type JsonLike } from '../json.ts'
import type { Definition, Message, Part, Role } from './message.ts'
import { answerOf, blockOf, callOf, partsOf } from './parts.ts'
import { firstMember, isArray, isObject, member, structured, textMember } from './value.ts'

const ROLES: ReadonlyMap<string, Role> = new Map([
  ...named('system', 'system developer instructions SystemMessage'),
  ...named('assistant', 'assistant model ai AIMessage AIMessageChunk'),
  ...named('tool', 'tool function ToolMessage FunctionMessage'),
])

function named(role: Role, names: string): readonly (readonly [string, Role])[] {
  return names.split(' ').map((name) => [name, role])
}

/** An unknown role counts as a user, so that its messages are judged as new input. */
const roleOf = (name: string | null, fallback: Role): Role => (name === null ? fallback : (ROLES.get(name) ?? 'user'))

/**
 * Reads a list of messages, or a single one, as a structure or JSON text. A text that is not JSON (for example, because
 * the sender truncated it) becomes one message, so that it is still judged.
 */
export function messagesOf(sent: JsonLike | undefined, fallback: Role): readonly Message[] {
  const value = structured(sent)
  if (value === undefined || value === null || value === '') return []
  // LangChain sends a list of lists, one per prompt of a batch.
  if (isArray(value))
    return value.flatMap((one) => (isArray(one) ? messagesOf(one, fallback) : messageOf(one, fallback)))
  return messageOf(value, fallback)
}

/** Empty if the message says nothing. */
export function messageOf(sent: JsonLike, fallback: Role): readonly Message[] {
  const wrapped = unwrapped(sent)
  const message = wrapped.value
  const item = itemOf(message)
  if (item !== null) return [item]
  const role = roleOf(textMember(message, 'role') ?? wrapped.role, fallback)
  const content = isObject(message) ? firstMember(message, ['parts', 'content', 'contents', 'text']) : message
  const parts = role === 'tool' ? resultsOf(message, content) : [...partsOf(content, role), ...callsOf(message)]
  if (parts.length > 0) return [{ role, parts }]
  return isObject(message) && content === undefined && Object.entries(message).some(saysSomething)
    ? [{ role, parts: [{ type: 'text', text: jsonText(message) }] }]
    : []
}

/** A call or a result in place of a message, as in OpenAI's Responses API. */
function itemOf(message: JsonLike): Message | null {
  const block = textMember(message, 'role') === null && textMember(message, 'type') !== null ? blockOf(message) : null
  if (block === null || block === 'reasoning' || block.type === 'text') return null
  return { role: block.type === 'call' ? 'assistant' : 'tool', parts: [block] }
}

/** Members that are metadata of a message rather than content. */
const ABOUT = new Set([
  'role',
  'type',
  'id',
  'name',
  'index',
  'finish_reason',
  'event.name',
  'gen_ai.message.index',
  'gen_ai.system',
])

function saysSomething([name, value]: readonly [string, JsonLike | undefined]): boolean {
  const isEmpty = value === undefined || value === null || value === '' || (isArray(value) && value.length === 0)
  return !isEmpty && !ABOUT.has(name)
}

/** Unwraps the `{message: …}` of choices and LangChain's serialized messages. */
function unwrapped(sent: JsonLike): { readonly value: JsonLike; readonly role: string | null } {
  const value =
    isObject(member(sent, 'message')) && member(sent, 'content') === undefined ? member(sent, 'message') : sent
  const kwargs = member(value, 'kwargs')
  if (!isObject(kwargs)) return { value: value ?? null, role: textMember(value, 'type') }
  const path = member(value, 'id')
  const constructor = isArray(path) ? path.at(-1) : null
  return { value: kwargs, role: textMember(kwargs, 'type') ?? (typeof constructor === 'string' ? constructor : null) }
}

function callsOf(message: JsonLike): readonly Part[] {
  const listed =
    firstMember(message, ['tool_calls', 'toolCalls']) ?? member(member(message, 'additional_kwargs'), 'tool_calls')
  const legacy = member(message, 'function_call')
  const calls = isArray(listed) ? listed : isObject(legacy) ? [legacy] : []
  return calls.map(callOf).filter((call) => call !== null)
}

/** The results in a tool's message, in result blocks or as plain content. */
function resultsOf(message: JsonLike, content: JsonLike | undefined): readonly Part[] {
  const parts = partsOf(content, 'tool')
  if (parts.some(({ type }) => type !== 'text')) return parts
  if (content === undefined || content === '') return []
  const id = textMember(message, 'tool_call_id', 'toolCallId', 'call_id', 'id')
  return [{ type: 'result', id, name: textMember(message, 'name', 'toolName'), content: answerOf(content) }]
}

/** A system prompt outside the messages: a text, or text blocks. */
export function systemOf(sent: JsonLike | undefined): readonly string[] {
  const value = structured(sent)
  const content = isObject(value) ? (firstMember(value, ['parts', 'content']) ?? value) : value
  const texts = partsOf(content, 'system').flatMap((part) => (part.type === 'text' ? [part.text] : []))
  return texts.length === 0 ? [] : [texts.join('\n')]
}

/** Declared tools. A text that is not JSON becomes the description of a tool named `unknown`. */
export function definitionsOf(sent: JsonLike | undefined): readonly Definition[] {
  const value = structured(sent)
  if (value === undefined || value === null || value === '') return []
  return (isArray(value) ? value : [value]).map(definitionOf)
}

function definitionOf(sent: JsonLike): Definition {
  const tool = structured(sent) ?? null
  const inner = firstMember(tool, ['function', 'toolSpec', 'json_schema'])
  const of = isObject(inner) ? inner : tool
  const parameters = firstMember(of, [
    'parameters',
    'inputSchema',
    'input_schema',
    'parametersJsonSchema',
    'parameters_json_schema',
  ])
  if (!isObject(of)) return { name: 'unknown', description: of, parameters: undefined }
  return {
    name: textMember(of, 'name', 'type') ?? 'unknown',
    description: firstMember(of, ['description']),
    parameters: structured(parameters),
  }
}
