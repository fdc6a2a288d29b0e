import type { JsonLike } from '../../mappers/json.ts'

/** Input of a model: a text, or the result of a tool. */
export type GeminiPart =
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'result'
      readonly tool: string | null
      readonly callId: string | null
      readonly content: JsonLike
    }

type Json = Readonly<Record<string, unknown>>

/**
 * The new parts of a request to Gemini. Each request carries the whole conversation, so these are the parts after the
 * model's last content. Thoughts are omitted.
 */
export function newParts(contents: unknown): readonly GeminiPart[] {
  const list = Array.isArray(contents) ? contents : listOf(isObject(contents) ? (contents['contents'] ?? contents) : [])
  const last = list.findLastIndex((content) => isObject(content) && content['role'] === 'model')
  return list.slice(last + 1).flatMap((content: unknown) => {
    // A content can be a plain text or a single part.
    const parts = isObject(content) && content['parts'] !== undefined ? listOf(content['parts']) : [content]
    return parts.flatMap(readPart)
  })
}

/** The text of a model's answer, whole or streamed in chunks. Null if the value is not an answer. */
export function answerOf(response: unknown): string | null {
  const candidates = listOf(response).flatMap((chunk) =>
    isObject(chunk) ? listOf(chunk['candidates'] ?? (chunk['content'] === undefined ? [] : chunk)) : [],
  )
  if (candidates.length === 0) return null
  return candidates
    .flatMap((candidate) => (isObject(candidate) && isObject(candidate['content']) ? [candidate['content']] : []))
    .flatMap((content) => listOf(content['parts'] ?? []).flatMap(readPart))
    .map((part) => (part.type === 'text' ? part.text : ''))
    .join('')
}

/** The text of a part, or a placeholder for binary data. Null for any other part. */
export function textOfPart(part: unknown): string | null {
  if (typeof part === 'string') return part
  if (!isObject(part)) return null
  const { text, inlineData, fileData } = part
  if (typeof text === 'string') return text
  const blob = inlineData ?? fileData
  return isObject(blob) ? `[blob ${stringOf(blob['mimeType']) ?? 'unknown'}]` : null
}

function readPart(part: unknown): readonly GeminiPart[] {
  if (isObject(part) && part['thought'] === true) return []
  const text = textOfPart(part)
  if (text !== null) return text === '' ? [] : [{ type: 'text', text }]
  const answer = isObject(part) ? part['functionResponse'] : undefined
  return isObject(answer) ? [resultOf(answer)] : []
}

function resultOf({ name, id, response }: Json): GeminiPart {
  // Gemini CLI wraps every tool's output into `output`.
  const isWrapped = isObject(response) && 'output' in response && Object.keys(response).length === 1
  const content = (isWrapped ? response['output'] : response) ?? ''
  return { type: 'result', tool: stringOf(name), callId: stringOf(id), content: content as JsonLike }
}

const stringOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null)
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value])
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
