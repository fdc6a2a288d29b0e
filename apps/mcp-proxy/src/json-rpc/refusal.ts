import { isObject, memberText, withMember, type Message } from './message.ts'

/**
 * Responses that replace what was blocked. Each has the shape that the method's result allows, so that the other side reads
 * it as an answer and not as a broken peer.
 */
type Shape = 'tool' | 'resource' | 'prompt' | 'sampling' | 'elicitation' | 'other'

interface RefusedRequest {
  readonly method: string
  /** The URI, if the request reads a resource. */
  readonly target: string | null
}

/** The response to a request that is not forwarded. Null for a notification, which has no response. */
export function refuseRequest({ id, idText, method, value }: Message, sentence: string): string | null {
  if (id === null || idText === null || method === null) return null
  const { params } = value
  const uri = isObject(params) && typeof params['uri'] === 'string' ? params['uri'] : null
  return refusalText({ method, target: uri }, idText, sentence)
}

/** Builds the replacement for a response. Without a known request, the response is treated as the result of a tool call. */
export function refuseResponse(
  request: RefusedRequest = { method: 'tools/call', target: null },
  { idText }: Message,
): (sentence: string) => string | null {
  return (sentence) => (idText === null ? null : refusalText(request, idText, sentence))
}

/** `idText` is the request's id as it was written: a number may have more digits than a double holds. */
function refusalText({ method, target }: RefusedRequest, idText: string, sentence: string): string {
  const response = (member: 'result' | 'error', value: unknown) =>
    `{"jsonrpc":"2.0","id":${idText},"${member}":${JSON.stringify(value)}}`
  switch (shapeOf(method)) {
    // A tool error, because the model reads it. A JSON-RPC error looks like a broken server, and clients retry it.
    case 'tool':
      return response('result', toolError(sentence))
    case 'resource': {
      const contents = [{ uri: target ?? '', mimeType: 'text/plain', text: sentence }]
      return response('result', { resultType: 'complete', contents })
    }
    case 'prompt':
      return response('result', {
        resultType: 'complete',
        messages: [{ role: 'user', content: { type: 'text', text: sentence } }],
      })
    case 'sampling':
      return response('error', { code: -1, message: sentence })
    case 'elicitation':
      return response('result', { action: 'decline' })
    case 'other':
      return response('error', { code: -32_000, message: sentence })
  }
}

/** Replaces a message that could not be parsed. Its id is unknown, so the response has none. */
export function refuseUnreadable(by: 'client' | 'server'): string {
  const message = `Blocked by SentinelMesh: a message of the ${by} could not be read, and this proxy lets nothing through that is not judged.`
  return JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32_000, message } })
}

/** Returns the message with a tool error in place of the task's result and error. `member` holds the task. */
export function refuseTaskResult(text: string, member: 'result' | 'params', sentence: string): string {
  const task = memberText(text, member) ?? '{}'
  const failed = withMember(task, 'error', JSON.stringify({ code: -32_000, message: sentence }))
  return withMember(text, member, withMember(failed, 'result', JSON.stringify(toolError(sentence))))
}

function toolError(sentence: string) {
  return { resultType: 'complete', isError: true, content: [{ type: 'text', text: sentence }] }
}

const SHAPES: Readonly<Record<string, Shape>> = {
  'tools/call': 'tool',
  'resources/read': 'resource',
  'prompts/get': 'prompt',
  'sampling/createMessage': 'sampling',
  'elicitation/create': 'elicitation',
  // Its result is the result of the tool call that became the task.
  'tasks/result': 'tool',
}

function shapeOf(method: string): Shape {
  return Object.hasOwn(SHAPES, method) ? (SHAPES[method] ?? 'other') : 'other'
}
