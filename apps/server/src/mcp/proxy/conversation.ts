import { jsonPayload, RawJson } from '@sentinelmesh/telemetry/json'
import { namedCalls, type NamedCall, type NamedCalls } from './clients.ts'
import { definitionReader, type ListMemory } from './definitions.ts'
import { isObject, memberText, nameIn, shortName, type Id, type Message } from './message.ts'
import { pairs, type Pairs, type Pending } from './pairs.ts'
import { callPayload, requestPayload, resultPayload } from './payloads.ts'
import { answerTo, refusalText, withoutTaskResult } from './refusal.ts'
import { NOTHING, type Said } from './said.ts'
import { teller, traceOf, type McpEntry, type McpServer, type Place } from './teller.ts'

export interface Conversation {
  fromClient(message: Message, sent?: Sent): Said
  fromServer(message: Message): Said
  /** Something that is no message: a connection that ends, a line that cannot be read. */
  note(context: string, about: Readonly<Record<string, string | number | boolean | null>>): McpEntry
  /** The server has given it a session. */
  open(session: string): void
  /** A request of the client that goes no further: there will be no response to it. */
  forget(message: Message): void
}

/** What a transport says of a message beside it. */
export interface Sent {
  /** The headers name another method or tool than the body. */
  readonly headerMismatch?: boolean
}

export interface ConversationOptions {
  readonly server: McpServer
  readonly place: Place
  readonly memory: Memory
  /** Milliseconds. */
  readonly now: () => number
}

/** What outlives a connection where each request is one. */
export interface Memory extends ListMemory {
  /** Calls that became tasks, by their ids. */
  readonly tasks: Pairs
  /** Calls by the client's own ids. */
  readonly named: NamedCalls
}

export function newMemory(now: () => number, claudeSession: string | null = null): Memory {
  return { about: { info: {} }, lists: new Map(), tasks: pairs(now), named: namedCalls(claudeSession) }
}

/** Requests whose answer the model reads. */
const CALLS: ReadonlySet<string> = new Set(['tools/call', 'resources/read', 'prompts/get'])
const QUESTIONS: ReadonlySet<string> = new Set(['sampling/createMessage', 'elicitation/create'])

/** Reads one connection: pairs responses with requests and says which entries a message makes. Total; keeps what is bounded. */
export function conversation({ server, place, memory, now }: ConversationOptions): Conversation {
  const asked = { client: pairs(now), server: pairs(now) }
  const tell = teller(server, { place, about: memory.about, now })
  let reader = definitionReader(tell, memory)

  const callIdOf = (id: Id | string) => `${tell.place().connection}:${shortName(String(id))}`

  function pendingOf(method: string, params: unknown, callId: string, named: NamedCall | null = null): Pending {
    return {
      method,
      target: targetOf(method, params),
      callId,
      named,
      cursor: nameIn(params, 'cursor'),
      task: nameIn(params, 'taskId'),
      trace: traceOf(params),
      since: now(),
    }
  }

  function learnClient(params: unknown): void {
    const meta = isObject(params) ? params['_meta'] : undefined
    const client = isObject(params) && isObject(params['clientInfo']) ? params['clientInfo'] : undefined
    const named = client ?? (isObject(meta) ? meta['io.modelcontextprotocol/clientInfo'] : undefined)
    const name = isObject(named) ? named['name'] : undefined
    if (typeof name === 'string' && name !== '') tell.meet(name)
  }

  function fromClient(message: Message, sent: Sent = {}): Said {
    const { method, value, text } = message
    if (method === null) return answerOfClient(message)
    const { params } = value
    learnClient(params)
    const callId = message.idText === null ? null : callIdOf(message.id ?? message.idText)
    const target = targetOf(method, params)
    const request = tell.place().isShared ? callId : null
    const named = CALLS.has(method) ? memory.named.of(params, request) : null
    if (message.id !== null && callId !== null) asked.client.add(message.id, pendingOf(method, params, callId, named))
    if (!CALLS.has(method) && sent.headerMismatch !== true && !message.isAmbiguous) return NOTHING

    const paramsText = isObject(params) ? (memberText(text, 'params') ?? '{}') : '{}'
    const isTool = method === 'tools/call'
    const told = tell.entry({
      kind: 'tool_call',
      context: 'tool_call',
      // Of an ambiguous message all that it holds is looked at, whatever a reader takes of it.
      payload: message.isAmbiguous
        ? jsonPayload(new RawJson(text))
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
        ...(sent.headerMismatch === true ? { 'mcp.header_mismatch': true } : {}),
        ...(message.isAmbiguous ? { 'mcp.ambiguous': true } : {}),
      },
    })
    const kind = isTool ? 'tool' : method === 'prompts/get' ? 'prompt' : null
    const rests = kind === null || target === null ? told : { ...told, rests: { kind, name: target } as const }
    return { ...NOTHING, entries: [rests], refuse: (sentence) => answerTo(message, sentence) }
  }

  /** What the client's person or model says to a question of the server goes to the server: it is not what we look for. */
  function answerOfClient(message: Message): Said {
    if (message.id !== null) asked.server.take(message.id)
    return NOTHING
  }

  function fromServer(message: Message): Said {
    const said = heardFromServer(message)
    if (!message.isAmbiguous) return said
    const whole = tell.entry({
      kind: 'tool_result',
      context: 'tool_result',
      // Some readers take another message out of it: all that it holds is looked at.
      payload: jsonPayload(new RawJson(message.text)),
      from: 'server',
      attributes: { 'mcp.ambiguous': true },
    })
    const refuse = message.method === null ? refusing(undefined, message) : () => null
    return { ...said, entries: [...said.entries, whole], refuse: said.refuse ?? refuse }
  }

  function heardFromServer(message: Message): Said {
    const { method, value } = message
    if (method !== null) return requestOfServer(message, method, value['params'])
    const pending = message.id === null ? undefined : asked.client.take(message.id)
    const result = isObject(value['result']) ? memberText(message.text, 'result') : undefined
    if (result === undefined) return failure(message, pending)
    const questions = questionsIn(value['result'], result)
    const said = resultOf(pending, message, value['result'] as object, result)
    if (questions.length === 0) return said
    // What holds no answer is only what it asks; but who does not know of such questions takes what else there is.
    const answers = hasAnswer(value['result'] as object) ? said.entries : []
    return { ...said, entries: [...answers, ...questions], refuse: said.refuse ?? refusing(pending, message) }
  }

  function resultOf(pending: Pending | undefined, message: Message, value: object, result: string): Said {
    // Whoever answers late or to no request is read all the same: the client may still take it.
    if (pending === undefined) return hasAnswer(value) ? resultSaid(undefined, message, result) : NOTHING
    const { method } = pending
    if (CALLS.has(method)) {
      rememberTask(pending, value)
      return resultSaid(pending, message, result)
    }
    if (method === 'tasks/result') return taskSaid(pending.task, resultPayload(result), refusing(pending, message))
    if (method === 'tasks/get') return endedTask(message, 'result', value)
    if (method === 'initialize' || method === 'server/discover') return reader.greeting(method, message, result)
    return reader.list(pending, message, result)
  }

  function requestOfServer(message: Message, method: string, params: unknown): Said {
    if (QUESTIONS.has(method)) {
      const callId = callIdOf(`server:${message.idText ?? 'none'}`)
      if (message.id !== null) asked.server.add(message.id, pendingOf(method, params, callId))
      const told = question(method, memberText(message.text, 'params') ?? '{}', callId, traceOf(params))
      return { ...NOTHING, entries: [told], refuse: (sentence) => answerTo(message, sentence) }
    }
    if (/^notifications\/.+\/list_changed$/.test(method))
      return { ...NOTHING, entries: [tell.note('list_changed', { method: shortName(method) })] }
    if (method !== 'notifications/tasks') return NOTHING
    const said = endedTask(message, 'params', params)
    const questions = questionsIn(params, memberText(message.text, 'params') ?? '{}')
    return questions.length === 0 ? said : { ...said, entries: [...said.entries, ...questions], refuse: () => null }
  }

  function question(
    method: string,
    params: string,
    callId: string,
    trace: Readonly<Record<string, string>> = {},
  ): McpEntry {
    const context = method === 'sampling/createMessage' ? 'sampling' : 'elicitation'
    return tell.entry({
      kind: 'prompt',
      context,
      payload: jsonPayload(new RawJson(params)),
      from: 'server',
      method,
      callId,
      trace,
    })
  }

  /** Of a result that asks the client something first. */
  function questionsIn(result: unknown, text: string): McpEntry[] {
    const requests = isObject(result) ? result['inputRequests'] : undefined
    if (!isObject(requests)) return []
    const requestsText = memberText(text, 'inputRequests') ?? '{}'
    return Object.entries(requests).flatMap(([key, request]) => {
      const method = isObject(request) ? request['method'] : undefined
      if (typeof method !== 'string' || !QUESTIONS.has(method)) return []
      const params = memberText(memberText(requestsText, key) ?? '{}', 'params') ?? '{}'
      return [question(method, params, callIdOf(`input:${key}`))]
    })
  }

  function refusing(pending: Pending | undefined, { idText }: Message): Said['refuse'] {
    const { method, target } = pending ?? UNASKED
    return (sentence) => (idText === null ? null : refusalText({ method, uri: target }, idText, sentence))
  }

  function resultSaid(pending: Pending | undefined, message: Message, result: string): Said {
    const isTool = pending === undefined || pending.method === 'tools/call'
    const told = tell.entry({
      kind: 'tool_result',
      context: 'tool_result',
      payload: resultPayload(result),
      target: isTool ? (pending?.target ?? null) : null,
      from: 'server',
      method: pending?.method ?? UNASKED.method,
      callId: pending?.callId ?? callIdOf(message.id ?? 'none'),
      named: pending?.named ?? null,
      ...(pending === undefined ? { attributes: { 'mcp.unasked': true } } : { trace: pending.trace }),
    })
    return { ...NOTHING, entries: [told], refuse: refusing(pending, message) }
  }

  /** A call is answered with a task, whose result is asked for later. */
  function rememberTask(pending: Pending, result: object): void {
    const flat = 'resultType' in result && result.resultType === 'task' ? result : undefined
    const id = nameIn('task' in result ? result.task : flat, 'taskId')
    if (id !== null) memory.tasks.add(id, pending)
  }

  /** What a call came to that had become a task; it may be asked for again, and told beside that. */
  function taskSaid(task: string | null, payload: McpEntry['payload'], refuse: Said['refuse'], error?: string): Said {
    const call = task === null ? undefined : memory.tasks.get(task)
    const told = tell.entry({
      kind: 'tool_result',
      context: 'tool_result',
      payload,
      target: call?.target ?? null,
      from: 'server',
      method: call?.method ?? UNASKED.method,
      callId: call?.callId ?? null,
      named: call?.named ?? null,
      oncePerSession: `task ${task ?? ''}`,
      ...(call === undefined ? {} : { trace: call.trace }),
      attributes: {
        ...(call === undefined ? { 'mcp.unasked': true } : {}),
        ...(error === undefined ? {} : { error }),
      },
    })
    return { ...NOTHING, entries: [told], refuse }
  }

  /** Of 2026-07-28 a task that has ended holds its result, or its error. */
  function endedTask(message: Message, member: 'result' | 'params', task: unknown): Said {
    const text = memberText(message.text, member)
    if (text === undefined || !isObject(task)) return NOTHING
    const refuse = (sentence: string) => withoutTaskResult(message.text, member, sentence)
    const id = nameIn(task, 'taskId')
    if (isObject(task['result'])) return taskSaid(id, resultPayload(memberText(text, 'result') ?? '{}'), refuse)
    if (!isObject(task['error'])) return NOTHING
    const error = jsonPayload({ error: new RawJson(memberText(text, 'error') ?? '{}') })
    return taskSaid(id, error, refuse, codeOf(task['error']))
  }

  function failure(message: Message, pending: Pending | undefined): Said {
    const error = isObject(message.value['error']) ? message.value['error'] : undefined
    if (error === undefined) return NOTHING
    // The model reads the words of a call's error as it reads a result; so it may those that nobody asked for.
    const isCall = pending === undefined ? message.id !== null : CALLS.has(pending.method)
    const told = tell.entry({
      kind: isCall ? 'tool_result' : 'system',
      context: isCall ? 'tool_result' : 'error',
      payload: jsonPayload({ error: new RawJson(memberText(message.text, 'error') ?? '{}') }),
      target: pending?.method === 'tools/call' ? pending.target : null,
      from: 'server',
      callId: pending?.callId ?? (message.id === null ? null : callIdOf(message.id)),
      named: pending?.named ?? null,
      ...(pending === undefined ? {} : { method: pending.method, trace: pending.trace }),
      attributes: { error: codeOf(error), ...(pending === undefined ? { 'mcp.unasked': true } : {}) },
    })
    return { ...NOTHING, entries: [told], refuse: isCall ? refusing(pending, message) : null }
  }

  return {
    fromClient,
    fromServer,
    note: tell.note,
    open(session) {
      // Lists may differ with who asks.
      reader = definitionReader(tell, { ...memory, lists: new Map() })
      tell.move({ connection: session, session, isShared: true })
    },
    forget({ id }) {
      if (id !== null) asked.client.take(id)
    },
  }
}

/** It is what a call is answered with, whatever it was that was asked. */
function hasAnswer(result: object): boolean {
  return ['content', 'contents', 'messages', 'structuredContent'].some((name) => Object.hasOwn(result, name))
}

/** What is read as a call's result though nobody asked for it. */
const UNASKED = { method: 'tools/call', target: null } as const

function targetOf(method: string, params: unknown): string | null {
  if (method === 'resources/read') return nameIn(params, 'uri')
  return CALLS.has(method) ? nameIn(params, 'name') : null
}

function codeOf({ code }: Readonly<Record<string, unknown>>): string {
  return typeof code === 'number' ? String(code) : 'unknown'
}
