import { jsonPayload, RawJson } from '@sentinelmesh/telemetry/json'
import { isObject, memberText, type Message } from '../json-rpc/message.ts'
import { refuseRequest } from '../json-rpc/refusal.ts'
import { traceOf, type EntryFactory, type McpEntry } from './entry-factory.ts'
import { NOTHING, type Observation } from './observation.ts'

const CONTEXTS: ReadonlyMap<string, string> = new Map([
  ['sampling/createMessage', 'sampling'],
  ['elicitation/create', 'elicitation'],
])

export const isQuestion = (method: string) => CONTEXTS.has(method)

/** Reads what a server asks the client's model (sampling) or its user (elicitation). */
export interface ServerQuestions {
  request(message: Message, method: string): Observation
  /** The questions in `inputRequests` of a result or a task, which the client answers with its next request. */
  inputRequests(holder: unknown, text: string): McpEntry[]
}

export function serverQuestions({ entry, callIdOf }: EntryFactory): ServerQuestions {
  function question(
    method: string,
    params: string,
    callId: string,
    trace: Readonly<Record<string, string>> = {},
  ): McpEntry {
    const context = CONTEXTS.get(method) ?? 'elicitation'
    return entry({
      kind: 'prompt',
      context,
      payload: jsonPayload(new RawJson(params)),
      from: 'server',
      method,
      callId,
      trace,
    })
  }

  return {
    request(message, method) {
      const params = memberText(message.text, 'params') ?? '{}'
      const callId = callIdOf(`server:${message.idText ?? 'none'}`)
      const asked = question(method, params, callId, traceOf(message.value['params']))
      return { ...NOTHING, entries: [asked], refuse: (sentence) => refuseRequest(message, sentence) }
    },

    inputRequests(holder, text) {
      const requests = isObject(holder) ? holder['inputRequests'] : undefined
      if (!isObject(requests)) return []
      const requestsText = memberText(text, 'inputRequests') ?? '{}'
      return Object.entries(requests).flatMap(([key, request]) => {
        const method = isObject(request) ? request['method'] : undefined
        if (typeof method !== 'string' || !isQuestion(method)) return []
        const params = memberText(memberText(requestsText, key) ?? '{}', 'params') ?? '{}'
        return [question(method, params, callIdOf(`input:${key}`))]
      })
    },
  }
}
