import type { Kind, Payload } from '@sentinelmesh/rules'
import { anchorOf } from '@sentinelmesh/telemetry'
import { jsonPayload } from '@sentinelmesh/telemetry/json'
import type { MappedEntry } from '@sentinelmesh/telemetry'
import { toolName } from '@sentinelmesh/telemetry'
import { isObject, shortName, type Id } from '../json-rpc/message.ts'
import type { NamedCall } from './named-calls.ts'

/** The MCP server as the proxy was configured for it. The name that the server reports is stored, but not trusted. */
export interface McpServer {
  readonly name: string
  readonly transport: 'stdio' | 'http'
  /** The command line, or the origin and path: identifies the server whatever it calls itself. */
  readonly target: string
}

export type DefinitionKind = 'tool' | 'prompt' | 'instructions'

export interface McpEntry extends MappedEntry {
  /** The definition that a call uses. */
  readonly rests?: { readonly kind: DefinitionKind; readonly name: string }
}

/** The connection and session that a conversation is logged under. */
export interface Place {
  /** Makes request ids unique: the id of an HTTP session, or a random one. */
  readonly connection: string
  readonly session: string
  /** True if telemetry may report the same messages under the same session. */
  readonly isShared: boolean
}

/** The attributes in which the server describes itself. */
export interface ServerInfo {
  attributes: Readonly<Record<string, string>>
}

export interface EntryFields {
  readonly kind: Kind
  readonly context: string
  readonly payload: Payload
  readonly target?: string | null
  readonly from: 'client' | 'server'
  readonly method?: string
  readonly callId?: string | null
  /** The client's own ids of the call. They take precedence over `callId` and the session of the place. */
  readonly named?: NamedCall | null
  readonly trace?: Readonly<Record<string, string>>
  readonly attributes?: Readonly<Record<string, string | number | boolean>>
  /** Set if a session may report this more than once and keeps one entry: the key to deduplicate by. */
  readonly oncePerSession?: string
}

/** Builds the log entries of one conversation. */
export interface EntryFactory {
  entry(fields: EntryFields): McpEntry
  /** An entry about an event that is not a message, such as the end of a connection or an unreadable line. */
  note(context: string, facts: Readonly<Record<string, string | number | boolean | null>>): McpEntry
  /** An id for a request that no other connection uses. */
  callIdOf(id: Id): string
  setAgent(agent: string): void
  setPlace(place: Place): void
  readonly place: () => Place
}

export interface EntryFactoryOptions {
  readonly place: Place
  readonly serverInfo: Readonly<ServerInfo>
  /** Milliseconds. */
  readonly now: () => number
}

export function entryFactory(server: McpServer, options: EntryFactoryOptions): EntryFactory {
  const { serverInfo, now } = options
  let { place } = options
  let sender = 'agent.unknown'
  let entries = 0

  function anchor({ callId = null, named, oncePerSession }: EntryFields): string | null {
    const { connection, session, isShared } = place
    if (oncePerSession !== undefined)
      return [anchorOf({ session, oncePerSession: true }), oncePerSession].join(' ').trimEnd()
    if (named?.anchor) return named.anchor
    if (isShared && callId !== null) return anchorOf({ callId, session })
    return `mcp ${connection} ${entries}`
  }

  function entry(fields: EntryFields): McpEntry {
    const { kind, context, payload, target = null, from, method, named } = fields
    const callId = named?.callId ?? fields.callId ?? null
    const peer = target === null ? `mcp.${server.name}` : toolName(target, server.name)
    entries += 1
    return {
      source: 'mcp',
      kind,
      sender: from === 'client' ? sender : peer,
      receiver: from === 'client' ? peer : sender,
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
        ...serverInfo.attributes,
        ...(target === null ? {} : { 'tool.name': target }),
        ...(callId === null ? {} : { 'tool.call_id': callId }),
        ...fields.trace,
        ...fields.attributes,
      },
      anchor: anchor(fields),
    }
  }

  return {
    entry,
    note: (context, facts) => entry({ kind: 'system', context, payload: jsonPayload(facts), from: 'server' }),
    callIdOf: (id) => `${place.connection}:${shortName(String(id))}`,
    setAgent(agent) {
      sender = `agent.${agent}`
    },
    setPlace(next) {
      place = next
    },
    place: () => place,
  }
}

/** Reads `traceparent`, which MCP puts into `_meta` without a prefix. */
export function traceOf(params: unknown): Readonly<Record<string, string>> {
  const meta = isObject(params) ? params['_meta'] : undefined
  const traceparent = isObject(meta) ? meta['traceparent'] : undefined
  const parts = typeof traceparent === 'string' ? /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-/.exec(traceparent) : null
  return parts === null ? {} : { trace_id: parts[1] ?? '', span_id: parts[2] ?? '' }
}
