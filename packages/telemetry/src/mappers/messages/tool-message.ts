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

/** How Python prints a text, and after it the name of the tool and the ID of the call. */
const PRINTED =
  /^content=(?:'((?:[^'\\]|\\[\s\S])*)'|"((?:[^"\\]|\\[\s\S])*)")(?:\s+name='([^'\\]{1,256})')?(?:\s+id='[^'\\]{1,256}')?\s+tool_call_id='([^'\\]{1,256})'(?:\s|$)/
const ESCAPED = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|([\s\S]))/g
const CONTROL: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }

/**
 * LangChain's message as Python prints it, `content='…' name='…' tool_call_id='…'`; null for any other text. The ID is
 * read after the end of the content, so the content cannot forge it.
 */
export function printedToolMessage(text: string): ToolMessage | null {
  const found = PRINTED.exec(text)
  if (found === null) return null
  const [, single, double, name = null, callId = ''] = found
  const content = (single ?? double ?? '').replaceAll(ESCAPED, (_, two?: string, four?: string, other = '') => {
    const code = two ?? four
    return code === undefined ? (CONTROL[other] ?? other) : String.fromCharCode(Number.parseInt(code, 16))
  })
  return { callId, name, content }
}

/** The call that LangChain passes to a tool: `{name, args, id, type: 'tool_call'}`; null for any other value. */
export function toolCallIn(input: JsonLike | undefined): { readonly callId: string; readonly args: JsonLike } | null {
  const callId = textMember(input, 'id')
  const args = firstMember(input, ['args'])
  if (callId === null || args === undefined || textMember(input, 'type') !== 'tool_call') return null
  return { callId, args }
}
