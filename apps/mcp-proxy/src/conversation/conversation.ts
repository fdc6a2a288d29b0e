import { jsonPayload, RawJson } from '@sentinelmesh/telemetry/json'
import { isObject, memberText, nameIn, shortName, type Message } from '../json-rpc/message.ts'
import { refuseResponse } from '../json-rpc/refusal.ts'
import { agentIn } from './agent-names.ts'
import { readDefinitions } from './definitions.ts'
import {
  entryFactory,
  traceOf,
  type EntryFactory,
  type McpServer,
  type Place,
  type ServerInfo,
} from './entry-factory.ts'
import { listPages, type ListPages } from './list-pages.ts'
import { namedCalls, type NamedCalls } from './named-calls.ts'
import { NOTHING, type Observation } from './observation.ts'
import { pendingRequests, type PendingRequest, type PendingRequests } from './pending-requests.ts'
import { isGreeting, readGreeting } from './server-greeting.ts'
import { isQuestion, serverQuestions } from './server-questions.ts'
import { tasks as readTasks } from './tasks.ts'
import { hasContent, isCall, targetOf, toolCalls } from './tool-calls.ts'

/**
 * Reads the messages of one connection: pairs responses with requests, and returns the log entries of each message. Never
 * throws, whatever a message holds. Memory is bounded by `LIMITS`. Requests no verdict and sends nothing.
 */
export interface Conversation {
  fromClient(message: Message, transport?: TransportFacts): Observation
  fromServer(message: Message): Observation
  /** An entry about an event that is not a message, such as the end of a connection or an unreadable line. */
  readonly note: EntryFactory['note']
  /** The server has assigned a session id. */
  open(session: string): void
  /** The request is not forwarded, so no response to it will come. */
  forget(message: Message): void
}

/** What a transport knows about a message in addition to its text. */
export interface TransportFacts {
  /** The HTTP headers name another method or tool than the body. */
  readonly headerMismatch?: boolean
}

export interface ConversationOptions {
  readonly server: McpServer
  readonly place: Place
  readonly memory: Memory
  /** Milliseconds. */
  readonly now: () => number
}

/** State that is shared by all connections to one server, because over HTTP each request can be a connection. */
export interface Memory {
  readonly serverInfo: ServerInfo
  readonly pages: ListPages
  /** Calls that became tasks, by task id. */
  readonly tasks: PendingRequests
  readonly named: NamedCalls
}

export function newMemory(now: () => number, claudeSession: string | null = null): Memory {
  return {
    serverInfo: { attributes: {} },
    pages: listPages(),
    tasks: pendingRequests(now),
    named: namedCalls(claudeSession),
  }
}

export function conversation({ server, place, memory, now }: ConversationOptions): Conversation {
  const entries = entryFactory(server, { place, serverInfo: memory.serverInfo, now })
  const requests = pendingRequests(now)
  const calls = toolCalls(entries)
  const tasks = readTasks(entries, memory.tasks)
  const questions = serverQuestions(entries)
  let { pages } = memory

  function fromClient(message: Message, { headerMismatch = false }: TransportFacts = {}): Observation {
    const { method } = message
    // A response of the client goes to the server. It is not inspected.
    if (method === null) return NOTHING
    const { params } = message.value
    const agent = agentIn(params)
    if (agent !== null) entries.setAgent(agent)

    const callId = message.idText === null ? null : entries.callIdOf(message.id ?? message.idText)
    const named = isCall(method) ? memory.named.of(params, entries.place().isShared ? callId : null) : null
    if (message.id !== null && callId !== null)
      requests.add(message.id, {
        method,
        target: targetOf(method, params),
        callId,
        named,
        cursor: nameIn(params, 'cursor'),
        taskId: nameIn(params, 'taskId'),
        trace: traceOf(params),
        since: now(),
      })
    if (!isCall(method) && !headerMismatch && !message.isAmbiguous) return NOTHING
    return calls.request(message, { method, callId, named, headerMismatch })
  }

  function fromServer(message: Message): Observation {
    const { method } = message
    const observed = method === null ? response(message) : serverRequest(message, method)
    return message.isAmbiguous ? withWholeMessage(observed, message) : observed
  }

  function response(message: Message): Observation {
    const pending = message.id === null ? undefined : requests.take(message.id)
    const { result } = message.value
    const text = isObject(result) ? memberText(message.text, 'result') : undefined
    if (!isObject(result) || text === undefined) return calls.error(pending, message)

    const observed = resultOf(pending, message, result, text)
    const asked = questions.inputRequests(result, text)
    if (asked.length === 0) return observed
    // A client that does not know `inputRequests` still shows the content beside them.
    const answers = hasContent(result) ? observed.entries : []
    const refuse = observed.refuse ?? refuseResponse(pending, message)
    return { ...observed, entries: [...answers, ...asked], refuse }
  }

  function resultOf(pending: PendingRequest | undefined, message: Message, result: object, text: string): Observation {
    // A late or unsolicited response is inspected too, because the client may still use it.
    if (pending === undefined) return hasContent(result) ? calls.result(undefined, message, text) : NOTHING
    const { method } = pending
    if (isCall(method)) {
      tasks.started(pending, result)
      return calls.result(pending, message, text)
    }
    if (method === 'tasks/result') return tasks.fetched(pending, message, text)
    if (method === 'tasks/get') return tasks.ended(message, 'result')
    if (isGreeting(method)) return readGreeting(entries, memory.serverInfo, method, message, text)
    return readDefinitions(entries, pages, pending, message, text)
  }

  function serverRequest(message: Message, method: string): Observation {
    if (isQuestion(method)) return questions.request(message, method)
    if (/^notifications\/.+\/list_changed$/.test(method))
      return { ...NOTHING, entries: [entries.note('list_changed', { method: shortName(method) })] }
    if (method !== 'notifications/tasks') return NOTHING
    const observed = tasks.ended(message, 'params')
    const asked = questions.inputRequests(message.value['params'], memberText(message.text, 'params') ?? '{}')
    if (asked.length === 0) return observed
    return { ...observed, entries: [...observed.entries, ...asked], refuse: () => null }
  }

  /** Another parser may read another message from this text, so all of it is judged, in addition to what we read. */
  function withWholeMessage(observed: Observation, message: Message): Observation {
    const whole = entries.entry({
      kind: 'tool_result',
      context: 'tool_result',
      payload: jsonPayload(new RawJson(message.text)),
      from: 'server',
      attributes: { 'mcp.ambiguous': true },
    })
    const refuse = message.method === null ? refuseResponse(undefined, message) : () => null
    return { ...observed, entries: [...observed.entries, whole], refuse: observed.refuse ?? refuse }
  }

  return {
    fromClient,
    fromServer,
    note: entries.note,
    open(session) {
      // A server may offer other tools in another session.
      pages = listPages()
      entries.setPlace({ connection: session, session, isShared: true })
    },
    forget({ id }) {
      if (id !== null) requests.take(id)
    },
  }
}
