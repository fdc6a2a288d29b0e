import { jsonPayload, RawJson } from '@sentinelmesh/telemetry/json'
import { errorCode, isObject, memberText, nameIn, shortName, type Message } from '../json-rpc/message.ts'
import { refuseRequest, refuseResponse } from '../json-rpc/refusal.ts'
import { warnedResult } from '../json-rpc/warning.ts'
import { traceOf, type EntryFactory } from './entry-factory.ts'
import type { NamedCall } from './named-calls.ts'
import { NOTHING, type Observation } from './observation.ts'
import { callPayload, requestPayload, resultPayload } from './payloads.ts'
import type { PendingRequest } from './pending-requests.ts'

/** Requests whose result the model reads. */
const CALLS: ReadonlySet<string> = new Set(['tools/call', 'resources/read', 'prompts/get'])

export const isCall = (method: string) => CALLS.has(method)

/** The tool, prompt or resource that a call names. */
export function targetOf(method: string, params: unknown): string | null {
  if (method === 'resources/read') return nameIn(params, 'uri')
  return isCall(method) ? nameIn(params, 'name') : null
}

/** A request as the client sent it, with what the transport and the pending requests know about it. */
export interface CallRequest {
  readonly method: string
  readonly callId: string | null
  readonly named: NamedCall | null
  readonly headerMismatch: boolean
}

/** Reads calls, their results and their errors. A result or error without a known request counts as one of a tool call. */
export interface ToolCalls {
  request(message: Message, call: CallRequest): Observation
  /** `result` is the text of the result. */
  result(pending: PendingRequest | undefined, message: Message, result: string): Observation
  error(pending: PendingRequest | undefined, message: Message): Observation
}

export function toolCalls({ entry, callIdOf }: EntryFactory): ToolCalls {
  return {
    request(message, { method, callId, named, headerMismatch }) {
      const { params } = message.value
      const target = targetOf(method, params)
      const paramsText = isObject(params) ? (memberText(message.text, 'params') ?? '{}') : '{}'
      const isTool = method === 'tools/call'
      const call = entry({
        kind: 'tool_call',
        context: 'tool_call',
        // Another parser may read another call from an ambiguous message, so all of it is judged.
        payload: message.isAmbiguous
          ? jsonPayload(new RawJson(message.text))
          : isTool
            ? callPayload(target ?? '', paramsText)
            : requestPayload(shortName(method), paramsText),
        target: isTool ? target : null,
        from: 'client',
        method,
        callId,
        named,
        trace: traceOf(params),
        attributes: {
          ...(headerMismatch ? { 'mcp.header_mismatch': true } : {}),
          ...(message.isAmbiguous ? { 'mcp.ambiguous': true } : {}),
        },
      })
      const kind = isTool ? 'tool' : method === 'prompts/get' ? 'prompt' : null
      const withDefinition =
        kind === null || target === null ? call : { ...call, rests: { kind, name: target } as const }
      return { ...NOTHING, entries: [withDefinition], refuse: (sentence) => refuseRequest(message, sentence) }
    },

    result(pending, message, result) {
      const isTool = pending === undefined || pending.method === 'tools/call'
      const answer = entry({
        kind: 'tool_result',
        context: 'tool_result',
        payload: resultPayload(result),
        target: isTool ? (pending?.target ?? null) : null,
        from: 'server',
        method: pending?.method ?? 'tools/call',
        callId: pending?.callId ?? callIdOf(message.id ?? 'none'),
        named: pending?.named ?? null,
        ...(pending === undefined ? { attributes: { 'mcp.unasked': true } } : { trace: pending.trace }),
      })
      return {
        ...NOTHING,
        entries: [answer],
        refuse: refuseResponse(pending, message),
        warn: warnedResult(message, result),
      }
    },

    error(pending, message) {
      const { error } = message.value
      if (!isObject(error)) return NOTHING
      // The model reads the text of a call's error like a result. A response without a known request may be one of a call.
      const isOfCall = pending === undefined ? message.id !== null : isCall(pending.method)
      const answer = entry({
        kind: isOfCall ? 'tool_result' : 'system',
        context: isOfCall ? 'tool_result' : 'error',
        payload: jsonPayload({ error: new RawJson(memberText(message.text, 'error') ?? '{}') }),
        target: pending?.method === 'tools/call' ? pending.target : null,
        from: 'server',
        callId: pending?.callId ?? (message.id === null ? null : callIdOf(message.id)),
        named: pending?.named ?? null,
        ...(pending === undefined ? {} : { method: pending.method, trace: pending.trace }),
        attributes: { error: errorCode(error), ...(pending === undefined ? { 'mcp.unasked': true } : {}) },
      })
      return { ...NOTHING, entries: [answer], refuse: isOfCall ? refuseResponse(pending, message) : null }
    },
  }
}

/**
 * Returns whether a result has content of a call. It counts as one whatever the request was, because the client may
 * show it.
 */
export function hasContent(result: object): boolean {
  return ['content', 'contents', 'messages', 'structuredContent'].some((name) => Object.hasOwn(result, name))
}
