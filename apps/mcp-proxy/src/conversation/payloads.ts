import { createHash } from 'node:crypto'
import type { Payload } from '@sentinelmesh/rules'
import { members } from '@sentinelmesh/text/json-text'
import { jsonPayload, RawJson, type JsonLike } from '@sentinelmesh/telemetry/json'
import { elementTexts, isObject, memberText, shortName } from '../json-rpc/message.ts'

// Entries hold slices of the text that was sent, so that numbers and the order of members stay evidence.

export function callPayload(name: string, params: string): Payload {
  const args = memberText(params, 'arguments')
  const inputs = memberText(params, 'inputResponses')
  return jsonPayload({
    name,
    arguments: args === undefined ? undefined : new RawJson(args),
    inputResponses: inputs === undefined ? undefined : new RawJson(inputs),
  })
}

/** Describes `resources/read` and `prompts/get` as calls of a tool with the method's name. */
export function requestPayload(method: string, params: string): Payload {
  const args = Object.fromEntries(
    members(params, { depth: Infinity })
      .filter(({ name }) => name !== '_meta')
      .map(({ name, start, end }) => [name, new RawJson(params.slice(start, end))]),
  )
  return jsonPayload({ name: method, arguments: args })
}

/**
 * A result in readable form: plain text if there is nothing else, otherwise the text, the structured content and the other
 * blocks. Binary data is replaced by its type, size and hash.
 */
export function resultPayload(result: string): Payload {
  const blocks = ['content', 'contents'].flatMap((name) => arrayOf(result, name))
  const messages = arrayOf(result, 'messages')
  const structured = memberText(result, 'structuredContent')
  const isError = memberText(result, 'isError') === 'true'
  const texts: string[] = []
  const others: JsonLike[] = []
  for (const block of [...blocks, ...messages.map((message) => memberIn(message, 'content') ?? message)]) {
    const text = textOf(block)
    if (text === null) others.push(blockOf(block))
    else texts.push(text)
  }
  const isKnown = blocks.length > 0 || messages.length > 0 || structured !== undefined
  if (!isKnown) return jsonPayload(new RawJson(result))
  const text = texts.join('\n')
  if (others.length === 0 && structured === undefined && !isError) return { type: 'text', text }
  return jsonPayload({
    text: texts.length === 0 ? undefined : text,
    structuredContent: structured === undefined ? undefined : new RawJson(structured),
    content: others.length === 0 ? undefined : others,
    isError: isError ? true : undefined,
  })
}

function arrayOf(object: string, name: string): string[] {
  const text = memberText(object, name)
  return text?.startsWith('[') ? elementTexts(text) : []
}

function memberIn(text: string, name: string): string | undefined {
  return text.startsWith('{') ? memberText(text, name) : undefined
}

/** The text of a text block. Null for other blocks. */
function textOf(block: string): string | null {
  if (!block.startsWith('{')) return null
  const value: unknown = JSON.parse(block)
  return isObject(value) && value['type'] === 'text' && typeof value['text'] === 'string' ? value['text'] : null
}

function blockOf(block: string): JsonLike {
  if (!block.startsWith('{')) return new RawJson(block)
  const value: unknown = JSON.parse(block)
  if (!isObject(value)) return new RawJson(block)
  const { type, data, mimeType, resource, blob } = value
  if ((type === 'image' || type === 'audio') && typeof data === 'string') return mediaText(mimeType, type, data)
  if (typeof blob === 'string') return withoutBlob(block, mimeType, blob)
  if (type === 'resource' && isObject(resource) && typeof resource['blob'] === 'string') {
    const inner = memberText(block, 'resource') ?? '{}'
    return { type: 'resource', resource: withoutBlob(inner, resource['mimeType'], resource['blob']) }
  }
  return new RawJson(block)
}

function withoutBlob(text: string, mimeType: unknown, blob: string): JsonLike {
  const kept = members(text, { depth: Infinity }).filter(({ name }) => name !== 'blob')
  return {
    ...Object.fromEntries(kept.map(({ name, start, end }) => [name, new RawJson(text.slice(start, end))])),
    blob: mediaText(mimeType, 'application/octet-stream', blob),
  }
}

function mediaText(mimeType: unknown, otherwise: string, base64: string): string {
  const bytes = Buffer.from(base64, 'base64')
  const hash = createHash('sha256').update(bytes).digest('hex')
  const size = bytes.length < 1024 ? `${bytes.length} B` : `${Math.round(bytes.length / 1024)} KB`
  return `[${typeof mimeType === 'string' ? shortName(mimeType) : otherwise} ${size} sha256:${hash}]`
}
