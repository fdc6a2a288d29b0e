import type { Kind, Payload } from '@sentinelmesh/rules'
import { anchorOf } from '@sentinelmesh/telemetry'
import { jsonPayload } from '@sentinelmesh/telemetry/json'
import type { MappedEntry } from '@sentinelmesh/telemetry'
import { toolName } from '@sentinelmesh/telemetry'
import { agentOf, type NamedCall } from './clients.ts'
import { isObject, shortName } from './message.ts'

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

/** Where in the log a conversation belongs. */
export interface Place {
  /** What makes ids of requests unique: of a session of HTTP its id, else random. */
  readonly connection: string
  readonly session: string
  /** The same report of it may come by telemetry: then both say the same connection. */
  readonly isShared: boolean
}

export interface Telling {
  readonly kind: Kind
  readonly context: string
  readonly payload: Payload
  readonly target?: string | null
  readonly from: 'client' | 'server'
  readonly method?: string
  readonly callId?: string | null
  /** What it is part of by the client's own words, which go before `callId` and the session of the place. */
  readonly named?: NamedCall | null
  readonly trace?: Readonly<Record<string, string>>
  readonly attributes?: Readonly<Record<string, string | number | boolean>>
  /** What it repeats with, where it may be said again in a session and is one entry all the same. */
  readonly oncePerSession?: string
}

/** Makes entries of what is said in one conversation. */
export interface Teller {
  entry(told: Telling): McpEntry
  /** Something that is no message: a connection that ends, a line that cannot be read. */
  note(context: string, about: Readonly<Record<string, string | number | boolean | null>>): McpEntry
  /** The client has said what it is called. */
  meet(client: string): void
  /** All that is told from now on belongs there. */
  move(place: Place): void
  readonly place: () => Place
}

export function teller(
  server: McpServer,
  options: {
    readonly place: Place
    /** What the server says of itself, as attributes. */
    readonly about: { readonly info: Readonly<Record<string, string>> }
    /** Milliseconds. */
    readonly now: () => number
  },
): Teller {
  const { about, now } = options
  let { place } = options
  let agent = 'agent.unknown'
  let messages = 0

  function anchor({ callId = null, named, oncePerSession }: Telling): string | null {
    const { connection, session, isShared } = place
    if (oncePerSession !== undefined)
      return [anchorOf({ session, oncePerSession: true }), oncePerSession].join(' ').trimEnd()
    if (named?.anchor) return named.anchor
    if (isShared && callId !== null) return anchorOf({ callId, session })
    return `mcp ${connection} ${messages}`
  }

  function entry(told: Telling): McpEntry {
    const { kind, context, payload, target = null, from, method, named } = told
    const callId = named?.callId ?? told.callId ?? null
    const peer = target === null ? `mcp.${server.name}` : toolName(target, server.name)
    messages += 1
    return {
      source: 'mcp',
      kind,
      sender: from === 'client' ? agent : peer,
      receiver: from === 'client' ? peer : agent,
      session: named?.session ?? place.session,
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
        ...about.info,
        ...(target === null ? {} : { 'tool.name': target }),
        ...(callId === null ? {} : { 'tool.call_id': callId }),
        ...told.trace,
        ...told.attributes,
      },
      anchor: anchor(told),
    }
  }

  return {
    entry,
    note: (context, facts) => entry({ kind: 'system', context, payload: jsonPayload(facts), from: 'server' }),
    meet(client) {
      agent = `agent.${agentOf(shortName(client))}`
    },
    move(to) {
      place = to
    },
    place: () => place,
  }
}

/** Of `traceparent`, which stands in `_meta` without a prefix. */
export function traceOf(params: unknown): Readonly<Record<string, string>> {
  const meta = isObject(params) ? params['_meta'] : undefined
  const traceparent = isObject(meta) ? meta['traceparent'] : undefined
  const parts = typeof traceparent === 'string' ? /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-/.exec(traceparent) : null
  return parts === null ? {} : { trace_id: parts[1] ?? '', span_id: parts[2] ?? '' }
}
