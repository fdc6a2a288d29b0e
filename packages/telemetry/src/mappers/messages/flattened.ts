import type { Attributes } from '../../otlp/telemetry.ts'
import type { JsonLike } from '../json.ts'
import { listAt } from './indexed.ts'
import { textOf, type Conversation, type Message, type Role } from './message.ts'
import { definitionsOf, messagesOf, systemOf } from './messages.ts'
import { firstMember, isArray, isObject, member, structured, textMember } from './value.ts'

/**
 * A model call of OpenInference: lists flattened into attributes, and the request, which has everything that the lists
 * cannot represent.
 */
export function flattened(attributes: Attributes): Conversation {
  const declared = listAt(attributes, 'llm.tools').map(
    (tool) => firstMember(member(tool, 'tool'), ['json_schema']) ?? tool,
  )
  const request = requestIn(attributes)
  const input = messagesAt(attributes, 'input', 'user', request)
  return {
    system: input.some(({ role }) => role === 'system') ? [] : systemIn(request()),
    definitions: definitionsOf(declared),
    input,
    output: messagesAt(attributes, 'output', 'assistant', request),
  }
}

type Request = () => JsonLike | undefined

/** Parses lazily and at most once, because the request holds the whole conversation. */
function requestIn(attributes: Attributes): Request {
  let read: { readonly request: JsonLike | undefined } | null = null
  return () => (read ??= { request: structured(attributes.get('input.value')) }).request
}

function systemIn(request: JsonLike | undefined): readonly string[] {
  const messages = messagesOf(member(request, 'messages'), 'user').filter(({ role }) => role === 'system')
  return [...systemOf(member(request, 'system')), ...messages.map(textOf)]
}

/** A span without messages has the prompts and choices of a plain completion, or the whole request and response. */
function messagesAt(
  attributes: Attributes,
  side: 'input' | 'output',
  role: Role,
  request: Request,
): readonly Message[] {
  const list = listAt(attributes, `llm.${side}_messages`)
  const isResult = (element: JsonLike) => resultOf(element) !== null
  const sent = list.some(isResult) ? messagesByResult(request()) : new Map<string, JsonLike>()
  const listed = list.flatMap((element) => messagesIn(element, sent))
  const plain = listAt(attributes, side === 'input' ? 'llm.prompts' : 'llm.choices').map((one) =>
    firstMember(firstMember(one, ['prompt', 'completion']), ['text']),
  )
  const messages = messagesOf([...listed, ...plain.filter((one) => one !== undefined)], role)
  return messages.length > 0 ? messages : messagesOf(attributes.get(`${side}.value`), role)
}

/** The id of the call that a user message answers. Claude gets all results of a turn in one user message. */
function resultOf(element: JsonLike): string | null {
  const message = member(element, 'message')
  return textMember(message, 'role') === 'user' ? textMember(message, 'tool_call_id') : null
}

/** A flattened message can hold only one result; the request has all of them. */
function messagesByResult(request: JsonLike | undefined): ReadonlyMap<string, JsonLike> {
  const messages = member(request, 'messages')
  if (!isArray(messages)) return new Map()
  return new Map(
    messages.flatMap((message) => {
      const blocks = member(message, 'content')
      const ids = isArray(blocks) ? blocks.map((block) => textMember(block, 'tool_use_id')) : []
      return ids.filter((id) => id !== null).map((id) => [id, message] as const)
    }),
  )
}

function messagesIn(element: JsonLike, sent: ReadonlyMap<string, JsonLike>): readonly JsonLike[] {
  const message = member(element, 'message')
  if (!isObject(message)) return [element]
  const blocks = member(message, 'contents')
  const contents = isArray(blocks)
    ? blocks.map((block) => blockIn(block, message)).filter((block) => block !== null)
    : undefined
  const callId = resultOf(element)
  if (callId !== null) {
    const whole = sent.get(callId)
    return whole === undefined
      ? [
          { ...message, role: 'tool', contents: undefined },
          { role: 'user', contents },
        ]
      : [whole]
  }
  const called = textMember(message, 'function_call_name')
  const legacy =
    called === null ? undefined : { name: called, arguments: member(message, 'function_call_arguments_json') }
  return [{ ...message, function_call: legacy, contents }]
}

/** Null for a call that the message also lists, and for an image in a data URL, which has no text to judge. */
function blockIn(element: JsonLike, message: JsonLike): JsonLike {
  const call = member(element, 'tool_call')
  if (isObject(call)) return isArray(member(message, 'tool_calls')) ? null : { ...call, type: 'tool_call' }
  const block = member(element, 'message_content') ?? element
  const url = textMember(member(member(block, 'image'), 'image'), 'url')
  if (url === null) return block
  return url.startsWith('data:') ? null : { type: 'image', url }
}
