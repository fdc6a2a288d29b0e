import type { JsonLike } from '../json.ts'
import { answerOf } from './parts.ts'
import { firstMember, isObject, onlyOf, textMember } from './value.ts'

/** LangChain's message with a tool's result. */
export interface ToolMessage {
  readonly callId: string
  readonly name: string | null
  readonly content: JsonLike
}

const MEMBERS = new Set(
  'content tool_call_id name status id type artifact metadata additional_kwargs response_metadata'.split(' '),
)

/** Null for any other value, including one with additional members. */
export function toolMessageIn(answer: JsonLike | undefined): ToolMessage | null {
  const output = onlyOf(answer, 'output') ?? answer
  const message = firstMember(output, ['kwargs']) ?? output
  const callId = textMember(message, 'tool_call_id')
  if (callId === null || !isObject(message) || !Object.keys(message).every((name) => MEMBERS.has(name))) return null
  return { callId, name: textMember(message, 'name'), content: answerOf(firstMember(message, ['content'])) }
}
