import { isObject, memberText, withMember, type Message } from './message.ts'

/** In which shape whoever asked hears that something was blocked: one that it takes for an answer, not for a broken peer. */
type Refusal = 'tool' | 'resource' | 'prompt' | 'sampling' | 'elicitation' | 'other'

/** What is said of one that was asked: the method, and of a resource its address. */
export interface Asked {
  readonly method: string
  readonly uri: string | null
}

/** A response that says why there is no other. `idText` is the request's id as it was written. */
export function refusalText({ method, uri }: Asked, idText: string, sentence: string): string {
  const answer = (member: 'result' | 'error', value: unknown) =>
    `{"jsonrpc":"2.0","id":${idText},"${member}":${JSON.stringify(value)}}`
  switch (refusalOf(method)) {
    // A tool error, so that the model reads it; a JSON-RPC error looks like a broken server and is tried again.
    case 'tool':
      return answer('result', toolError(sentence))
    case 'resource': {
      const contents = [{ uri: uri ?? '', mimeType: 'text/plain', text: sentence }]
      return answer('result', { resultType: 'complete', contents })
    }
    case 'prompt':
      return answer('result', {
        resultType: 'complete',
        messages: [{ role: 'user', content: { type: 'text', text: sentence } }],
      })
    case 'sampling':
      return answer('error', { code: -1, message: sentence })
    case 'elicitation':
      return answer('result', { action: 'decline' })
    case 'other':
      return answer('error', { code: -32_000, message: sentence })
  }
}

/** The answer to a request that is not passed on; null where nobody waits for one. */
export function answerTo({ id, idText, method, value }: Message, sentence: string): string | null {
  if (id === null || idText === null || method === null) return null
  const { params } = value
  const uri = isObject(params) && typeof params['uri'] === 'string' ? params['uri'] : null
  return refusalText({ method, uri }, idText, sentence)
}

/** In place of a message that could not be read: which request it was, or answered, nobody knows. */
export function unreadText(by: 'client' | 'server'): string {
  const message = `Blocked by SentinelMesh: a message of the ${by} could not be read, and this proxy lets nothing through that is not judged.`
  return JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32_000, message } })
}

/** A message that tells how a task ended, in `member`, with a tool error in place of its result or error. */
export function withoutTaskResult(text: string, member: 'result' | 'params', sentence: string): string {
  const task = memberText(text, member) ?? '{}'
  const failed = withMember(task, 'error', JSON.stringify({ code: -32_000, message: sentence }))
  return withMember(text, member, withMember(failed, 'result', JSON.stringify(toolError(sentence))))
}

function toolError(sentence: string) {
  return { resultType: 'complete', isError: true, content: [{ type: 'text', text: sentence }] }
}

const REFUSALS: Readonly<Record<string, Refusal>> = {
  'tools/call': 'tool',
  'resources/read': 'resource',
  'prompts/get': 'prompt',
  'sampling/createMessage': 'sampling',
  'elicitation/create': 'elicitation',
  // The answer is that of the call.
  'tasks/result': 'tool',
}

function refusalOf(method: string): Refusal {
  return Object.hasOwn(REFUSALS, method) ? (REFUSALS[method] ?? 'other') : 'other'
}
