import { jsonPayload, RawJson } from '@sentinelmesh/telemetry/json'
import { errorCode, isObject, memberText, nameIn, type Message } from '../json-rpc/message.ts'
import { refuseResponse, refuseTaskResult } from '../json-rpc/refusal.ts'
import type { EntryFactory, McpEntry } from './entry-factory.ts'
import { NOTHING, type Observation } from './observation.ts'
import { resultPayload } from './payloads.ts'
import type { PendingRequest, PendingRequests } from './pending-requests.ts'

/** Reads the results of calls that a server answered with a task. A result may be fetched again, and is one entry. */
export interface Tasks {
  /** Remembers the call if its result is a task. */
  started(call: PendingRequest, result: object): void
  /** The response to `tasks/result`, as in protocol version 2025-11-25. */
  fetched(pending: PendingRequest, message: Message, result: string): Observation
  /** A task with its own result or error, as in protocol version 2026-07-28. `member` holds the task. */
  ended(message: Message, member: 'result' | 'params'): Observation
}

/** `calls` has the calls by the ids of their tasks. */
export function tasks({ entry }: EntryFactory, calls: PendingRequests): Tasks {
  function resultOf(
    taskId: string | null,
    payload: McpEntry['payload'],
    refuse: Observation['refuse'],
    error?: string,
  ): Observation {
    const call = taskId === null ? undefined : calls.get(taskId)
    const result = entry({
      kind: 'tool_result',
      context: 'tool_result',
      payload,
      target: call?.target ?? null,
      from: 'server',
      method: call?.method ?? 'tools/call',
      callId: call?.callId ?? null,
      named: call?.named ?? null,
      oncePerSession: `task ${taskId ?? ''}`,
      ...(call === undefined ? {} : { trace: call.trace }),
      attributes: {
        ...(call === undefined ? { 'mcp.unasked': true } : {}),
        ...(error === undefined ? {} : { error }),
      },
    })
    return { ...NOTHING, entries: [result], refuse }
  }

  return {
    started(call, result) {
      const flat = 'resultType' in result && result.resultType === 'task' ? result : undefined
      const id = nameIn('task' in result ? result.task : flat, 'taskId')
      if (id !== null) calls.add(id, call)
    },

    fetched: (pending, message, result) =>
      resultOf(pending.taskId, resultPayload(result), refuseResponse(pending, message)),

    ended(message, member) {
      const task = message.value[member]
      const text = memberText(message.text, member)
      if (text === undefined || !isObject(task)) return NOTHING
      const refuse = (sentence: string) => refuseTaskResult(message.text, member, sentence)
      const id = nameIn(task, 'taskId')
      if (isObject(task['result'])) return resultOf(id, resultPayload(memberText(text, 'result') ?? '{}'), refuse)
      if (!isObject(task['error'])) return NOTHING
      const error = jsonPayload({ error: new RawJson(memberText(text, 'error') ?? '{}') })
      return resultOf(id, error, refuse, errorCode(task['error']))
    },
  }
}
