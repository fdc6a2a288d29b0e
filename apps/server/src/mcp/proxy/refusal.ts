import { isObject } from './message.ts'

/** In which shape whoever asked hears that something was blocked: one that it takes for an answer, not for a broken peer. */
export type Refusal = 'tool' | 'resource' | 'prompt' | 'sampling' | 'elicitation' | 'other'

/** A response that says why there is no other. `idText` is the request's id as it was written. */
export function refusalText(refusal: Refusal, idText: string, sentence: string, uri?: unknown): string {
  const answer = (member: 'result' | 'error', value: unknown) =>
    `{"jsonrpc":"2.0","id":${idText},"${member}":${JSON.stringify(value)}}`
  const text = { type: 'text', text: sentence }
  switch (refusal) {
    // A tool error, so that the model reads it; a JSON-RPC error looks like a broken server and is tried again.
    case 'tool':
      return answer('result', { resultType: 'complete', isError: true, content: [text] })
    case 'resource': {
      const contents = [{ uri: typeof uri === 'string' ? uri : '', mimeType: 'text/plain', text: sentence }]
      return answer('result', { resultType: 'complete', contents })
    }
    case 'prompt':
      return answer('result', { resultType: 'complete', messages: [{ role: 'user', content: text }] })
    case 'sampling':
      return answer('error', { code: -1, message: sentence })
    case 'elicitation':
      return answer('result', { action: 'decline' })
    case 'other':
      return answer('error', { code: -32_000, message: sentence })
  }
}

const REFUSALS: Readonly<Record<string, Refusal>> = {
  'tools/call': 'tool',
  'resources/read': 'resource',
  'prompts/get': 'prompt',
  'sampling/createMessage': 'sampling',
  'elicitation/create': 'elicitation',
}

export function refusalOf(method: string | null): Refusal {
  return method !== null && Object.hasOwn(REFUSALS, method) ? (REFUSALS[method] ?? 'other') : 'other'
}

export function uriOf(params: unknown): unknown {
  return isObject(params) ? params['uri'] : undefined
}
