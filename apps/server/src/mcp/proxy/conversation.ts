import type { Kind, Payload } from '@sentinelmesh/rules'
import { anchorOf } from '../../ingest/mappers/anchor.ts'
import { jsonPayload, RawJson } from '../../ingest/mappers/json.ts'
import type { MappedEntry } from '../../ingest/mappers/mapped-entry.ts'
import { toolName } from '../../ingest/mappers/names.ts'
import { LIMITS } from './limits.ts'
import { elementTexts, isObject, memberText, shortName, type Message } from './message.ts'
import { callPayload, definitionText, requestPayload, resultPayload } from './payloads.ts'
import { refusalOf, type Refusal } from './refusal.ts'

/** The server as whoever runs the proxy set it up; what the server says of itself is only kept. */
export interface McpServer {
  readonly name: string
  readonly transport: 'stdio' | 'http'
  /** Command line, or origin and path: what it is, whatever it calls itself. */
  readonly target: string
}

export type DefinitionKind = 'tool' | 'prompt' | 'instructions'

export interface McpEntry extends MappedEntry {
  /** The definition that a call rests on. */
  readonly rests?: { readonly kind: DefinitionKind; readonly name: string }
}

export interface Definition {
  readonly kind: DefinitionKind
  readonly name: string
  readonly entry: McpEntry
}

/** What a message means for the log. */
export interface Said {
  readonly entries: readonly McpEntry[]
  /** Set where the message should wait for the verdict about its entries; how to say no, then. */
  readonly refusal: Refusal | null
  readonly definitions: readonly Definition[]
  /** Of the last page of a list: what the server has of this kind now. */
  readonly listed: { readonly kind: DefinitionKind; readonly names: readonly string[] } | null
  /** Of a response the parameters of its request. */
  readonly askedWith: unknown
}

export interface Conversation {
  fromClient(message: Message, sent?: Sent): Said
  fromServer(message: Message): Said
  /** Something that is no message: a connection that ends, a line that cannot be read. */
  note(context: string, about: Readonly<Record<string, string | number | boolean | null>>): McpEntry
  /** What the client calls itself. */
  agent(): string
  /** A request of the client that goes no further: there will be no response to it. */
  forget(message: Message): void
}

/** What a transport says of a message beside it. */
export interface Sent {
  /** The headers name another method or tool than the body. */
  readonly headerMismatch?: boolean
}

interface Pending {
  readonly method: string
  readonly params: unknown
  /** Tool, prompt or resource. */
  readonly target: string | null
  readonly callId: string
  readonly cursor: string | null
  readonly since: number
}

export interface ConversationOptions {
  readonly server: McpServer
  /** What makes ids of requests unique: of a session of HTTP its id, else random. */
  readonly connection: string
  readonly session: string
  /** The same report of it may come by telemetry: then both say the same connection. */
  readonly isShared: boolean
  /** What outlives a connection where each request is one. */
  readonly memory: Memory
  /** The client, where another connection has heard its name. */
  readonly agent?: string
  /** Milliseconds. */
  readonly now: () => number
}

export interface Memory {
  /** What the server says of itself, as attributes. */
  readonly about: { info: Readonly<Record<string, string>> }
  /** Names of lists of which more pages are to come, by kind and cursor of the next one. */
  readonly lists: Map<string, string[]>
}

const NOTHING: Said = { entries: [], refusal: null, definitions: [], listed: null, askedWith: null }
/** Requests whose answer the model reads. */
const CALLS: ReadonlySet<string> = new Set(['tools/call', 'resources/read', 'prompts/get'])
const LISTS: Readonly<Record<string, { readonly kind: 'tool' | 'prompt'; readonly member: string }>> = {
  'tools/list': { kind: 'tool', member: 'tools' },
  'prompts/list': { kind: 'prompt', member: 'prompts' },
}
const QUESTIONS: ReadonlySet<string> = new Set(['sampling/createMessage', 'elicitation/create'])

/** Reads one connection: pairs responses with requests and says which entries a message makes. Total; keeps what is bounded. */
export function conversation(options: ConversationOptions): Conversation {
  const { server, connection, session, isShared, memory, now } = options
  const asked = { client: pairs(now), server: pairs(now) }
  let agent = options.agent ?? 'agent.unknown'
  let messages = 0

  interface Telling {
    readonly kind: Kind
    readonly context: string
    readonly payload: Payload
    readonly target?: string | null
    readonly from: 'client' | 'server'
    readonly method?: string
    readonly callId?: string | null
    readonly meta?: unknown
    readonly attributes?: Readonly<Record<string, string | number | boolean>>
    /** Repeats with every list, and is one a session. */
    readonly oncePerSession?: boolean
  }

  function entry(told: Telling): McpEntry {
    const { kind, context, payload, target = null, from, method, callId = null, meta } = told
    const peer = target === null ? `mcp.${server.name}` : toolName(target, server.name)
    messages += 1
    return {
      source: 'mcp',
      kind,
      sender: from === 'client' ? agent : peer,
      receiver: from === 'client' ? peer : agent,
      session,
      context,
      payload,
      at: now() * 1000,
      attributes: {
        source: 'mcp',
        ...(method === undefined
          ? {}
          : { event: target === null ? shortName(method) : `${method} ${target}`, 'mcp.method': shortName(method) }),
        'mcp.server': server.name,
        'mcp.target': server.target,
        ...memory.about.info,
        ...(target === null ? {} : { 'tool.name': target }),
        ...(callId === null ? {} : { 'tool.call_id': callId }),
        ...traceOf(meta),
        ...told.attributes,
      },
      anchor: told.oncePerSession
        ? anchorOf({ session, oncePerSession: true })
        : isShared && callId !== null
          ? anchorOf({ callId, session })
          : `mcp ${connection} ${messages}`,
    }
  }

  const note: Conversation['note'] = (context, about) =>
    entry({ kind: 'system', context, payload: jsonPayload(about), from: 'server' })

  function learnClient(params: unknown): void {
    const meta = isObject(params) ? params['_meta'] : undefined
    const client = isObject(params) && isObject(params['clientInfo']) ? params['clientInfo'] : undefined
    const named = client ?? (isObject(meta) ? meta['io.modelcontextprotocol/clientInfo'] : undefined)
    const name = isObject(named) ? named['name'] : undefined
    if (typeof name === 'string' && name !== '') agent = `agent.${shortName(name)}`
  }

  function fromClient(message: Message, sent: Sent = {}): Said {
    const { method, value, text } = message
    if (method === null) return answerOfClient(message)
    const { params } = value
    learnClient(params)
    const callId = message.idText === null ? null : `${connection}:${shortName(String(message.id ?? message.idText))}`
    const target = targetOf(method, params)
    if (message.id !== null && callId !== null)
      asked.client.add(message.id, { method, params, target, callId, cursor: cursorOf(params), since: now() })
    if (!CALLS.has(method) && sent.headerMismatch !== true && !message.isAmbiguous) return NOTHING

    const paramsText = isObject(params) ? (memberText(text, 'params') ?? '{}') : '{}'
    const isTool = method === 'tools/call'
    const told = entry({
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
      meta: metaOf(params),
      attributes: {
        ...(sent.headerMismatch === true ? { 'mcp.header_mismatch': true } : {}),
        ...(message.isAmbiguous ? { 'mcp.ambiguous': true } : {}),
      },
    })
    const kind = isTool ? 'tool' : method === 'prompts/get' ? 'prompt' : null
    const rests = kind === null || target === null ? told : { ...told, rests: { kind, name: target } as const }
    return { ...NOTHING, entries: [rests], refusal: refusalOf(method) }
  }

  /** What the client's person or model says to a question of the server goes to the server: it is not what we look for. */
  function answerOfClient(message: Message): Said {
    if (message.id !== null) asked.server.take(message.id)
    return NOTHING
  }

  function fromServer(message: Message): Said {
    const { method, value } = message
    if (method !== null) return requestOfServer(message, method, value['params'])
    const pending = message.id === null ? undefined : asked.client.take(message.id)
    const result = isObject(value['result']) ? memberText(message.text, 'result') : undefined
    if (result === undefined) return failure(message, pending)
    const questions = questionsIn(value['result'], result)
    if (pending === undefined) {
      // Whoever answers late or to no request is read all the same: the client may still take it.
      const isCall = ['content', 'contents', 'messages'].some((name) => Object.hasOwn(value['result'] as object, name))
      return isCall || questions.length > 0 ? resultSaid(undefined, message, result, questions) : NOTHING
    }
    if (CALLS.has(pending.method)) return resultSaid(pending, message, result, questions)
    if (pending.method === 'initialize' || pending.method === 'server/discover')
      return greeting(pending, message, result)
    const list = Object.hasOwn(LISTS, pending.method) ? LISTS[pending.method] : undefined
    if (list !== undefined) return listSaid(list, pending, value['result'] as object, result)
    return questions.length > 0 ? resultSaid(pending, message, result, questions) : NOTHING
  }

  function requestOfServer(message: Message, method: string, params: unknown): Said {
    if (QUESTIONS.has(method)) {
      const callId = `${connection}:server:${shortName(message.idText ?? 'none')}`
      if (message.id !== null)
        asked.server.add(message.id, { method, params, target: null, callId, cursor: null, since: now() })
      const told = question(method, memberText(message.text, 'params') ?? '{}', callId, metaOf(params))
      return { ...NOTHING, entries: [told], refusal: refusalOf(method) }
    }
    if (/^notifications\/.+\/list_changed$/.test(method))
      return { ...NOTHING, entries: [note('list_changed', { method: shortName(method) })] }
    return NOTHING
  }

  function question(method: string, params: string, callId: string, meta?: unknown): McpEntry {
    const context = method === 'sampling/createMessage' ? 'sampling' : 'elicitation'
    return entry({
      kind: 'prompt',
      context,
      payload: jsonPayload(new RawJson(params)),
      from: 'server',
      method,
      callId,
      meta,
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
      return [question(method, params, `${connection}:input:${shortName(key)}`)]
    })
  }

  function resultSaid(
    pending: Pending | undefined,
    message: Message,
    result: string,
    questions: readonly McpEntry[],
  ): Said {
    const isTool = pending === undefined || pending.method === 'tools/call'
    const told = entry({
      kind: 'tool_result',
      context: 'tool_result',
      payload: resultPayload(result),
      target: isTool ? (pending?.target ?? null) : null,
      from: 'server',
      method: pending?.method ?? 'tools/call',
      callId: pending?.callId ?? `${connection}:${shortName(String(message.id))}`,
      meta: pending === undefined ? undefined : metaOf(pending.params),
      attributes: pending === undefined ? { 'mcp.unasked': true } : {},
    })
    const isComplete = questions.length === 0
    return {
      ...NOTHING,
      entries: isComplete ? [told] : questions,
      refusal: refusalOf(pending?.method ?? 'tools/call'),
      askedWith: pending?.params,
    }
  }

  function failure(message: Message, pending: Pending | undefined): Said {
    const error = isObject(message.value['error']) ? memberText(message.text, 'error') : undefined
    if (error === undefined) return NOTHING
    const code = (message.value['error'] as Record<string, unknown>)['code']
    // The model reads the words of a call's error as it reads a result.
    const isCall = pending !== undefined && CALLS.has(pending.method)
    const told = entry({
      kind: isCall ? 'tool_result' : 'system',
      context: isCall ? 'tool_result' : 'error',
      payload: jsonPayload({ error: new RawJson(error) }),
      target: pending?.method === 'tools/call' ? pending.target : null,
      from: 'server',
      ...(pending === undefined
        ? {}
        : { method: pending.method, callId: pending.callId, meta: metaOf(pending.params) }),
      attributes: { error: typeof code === 'number' ? String(code) : 'unknown' },
    })
    return {
      ...NOTHING,
      entries: [told],
      refusal: isCall ? refusalOf(pending.method) : null,
      askedWith: pending?.params,
    }
  }

  function greeting(pending: Pending, message: Message, result: string): Said {
    const value = message.value['result'] as Record<string, unknown>
    const meta = metaOf(value)
    const said = value['serverInfo'] ?? (isObject(meta) ? meta['io.modelcontextprotocol/serverInfo'] : undefined)
    if (isObject(said)) {
      memory.about.info = {
        ...(typeof said['name'] === 'string' ? { 'mcp.server_name': shortName(said['name']) } : {}),
        ...(typeof said['version'] === 'string' ? { 'mcp.server_version': shortName(said['version']) } : {}),
      }
    }
    const instructions = value['instructions']
    const withoutInstructions = Object.fromEntries(
      ['protocolVersion', 'supportedVersions', 'serverInfo', 'capabilities'].flatMap((name) => {
        const text = memberText(result, name)
        return text === undefined ? [] : [[name, new RawJson(text)]]
      }),
    )
    const connected = entry({
      kind: 'system',
      context: 'connect',
      payload: jsonPayload({ method: pending.method, ...withoutInstructions }),
      from: 'server',
      method: pending.method,
      oncePerSession: true,
    })
    if (typeof instructions !== 'string') return { ...NOTHING, entries: [connected] }
    const told = entry({
      kind: 'tool_definition',
      context: 'server_instructions',
      payload: { type: 'text', text: instructions },
      from: 'server',
      method: pending.method,
      oncePerSession: true,
    })
    return { ...NOTHING, entries: [connected], definitions: [{ kind: 'instructions', name: '', entry: told }] }
  }

  function listSaid(
    list: { readonly kind: 'tool' | 'prompt'; readonly member: string },
    pending: Pending,
    value: object,
    result: string,
  ): Said {
    const text = memberText(result, list.member)
    const all = text?.startsWith('[') ? elementTexts(text) : []
    const definitions = all.flatMap((one): Definition[] => {
      const item: unknown = JSON.parse(one)
      const called = isObject(item) ? item['name'] : undefined
      if (typeof called !== 'string') return []
      const name = shortName(called)
      const told = entry({
        kind: 'tool_definition',
        context: list.kind === 'tool' ? 'tool_definition' : 'prompt_definition',
        payload: jsonPayload(new RawJson(definitionText(list.kind, one))),
        target: name,
        from: 'server',
        method: pending.method,
        oncePerSession: true,
      })
      return [{ kind: list.kind, name, entry: told }]
    })

    const before = pending.cursor === null ? [] : memory.lists.get(`${list.kind} ${pending.cursor}`)
    if (pending.cursor !== null) memory.lists.delete(`${list.kind} ${pending.cursor}`)
    const names = before === undefined ? undefined : [...before, ...definitions.map(({ name }) => name)]
    const next = 'nextCursor' in value && typeof value.nextCursor === 'string' ? shortName(value.nextCursor) : null
    const isWhole = names !== undefined && names.length <= LIMITS.listNames
    if (isWhole && next !== null && memory.lists.size < LIMITS.heldMessages)
      memory.lists.set(`${list.kind} ${next}`, names)
    return {
      ...NOTHING,
      definitions,
      listed: isWhole && next === null ? { kind: list.kind, names } : null,
    }
  }

  return {
    fromClient,
    fromServer,
    note,
    agent: () => agent,
    forget({ id }) {
      if (id !== null) asked.client.take(id)
    },
  }
}

interface Pairs {
  add(id: string | number, pending: Pending): void
  take(id: string | number): Pending | undefined
}

/** Requests without a response yet. Those that are too old or too many are forgotten, the oldest first; traffic goes on. */
function pairs(now: () => number): Pairs {
  const open = new Map<string | number, Pending>()
  return {
    add(id, pending) {
      open.delete(id)
      open.set(id, pending)
      for (const [oldest, { since }] of open) {
        if (open.size <= LIMITS.pairs && since > now() - LIMITS.pairMs) break
        open.delete(oldest)
      }
    },
    take(id) {
      const pending = open.get(id)
      open.delete(id)
      return pending
    },
  }
}

function targetOf(method: string, params: unknown): string | null {
  if (!isObject(params)) return null
  const target = method === 'resources/read' ? params['uri'] : CALLS.has(method) ? params['name'] : undefined
  return typeof target === 'string' ? shortName(target) : null
}

function cursorOf(params: unknown): string | null {
  const cursor = isObject(params) ? params['cursor'] : undefined
  return typeof cursor === 'string' ? shortName(cursor) : null
}

function metaOf(params: unknown): unknown {
  return isObject(params) ? params['_meta'] : undefined
}

/** `traceparent` stands in `_meta` without a prefix. */
function traceOf(meta: unknown): { trace_id?: string; span_id?: string } {
  const traceparent = isObject(meta) ? meta['traceparent'] : undefined
  const parts = typeof traceparent === 'string' ? /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-/.exec(traceparent) : null
  return parts === null ? {} : { trace_id: parts[1] ?? '', span_id: parts[2] ?? '' }
}
