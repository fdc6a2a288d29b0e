import type { Span } from '../../otlp/telemetry.ts'
import { toolRunEntries } from '../../mappers/conversation.ts'
import { entry, firstText, systemEvent, textAt } from '../../mappers/entries.ts'
import { exchangeOf, type Exchange } from '../../mappers/exchange.ts'
import { jsonPayload, type JsonLike } from '../../mappers/json.ts'
import type { MappedEntry } from '../../mappers/mapped-entry.ts'
import type { Dialect } from '../dialect.ts'
import { decoded, structured } from '../../mappers/messages/value.ts'

/** Spans of MCP clients and servers as in the semantic conventions, which define no log records. */
export const mcp: Dialect = {
  name: 'mcp',
  claims: ({ attributes }) => attributes.has('mcp.method.name'),
  span,
  log: () => [],
}

interface Request {
  readonly method: string
  readonly server: string | null
  readonly callId: string | null
}

function span(record: Span): readonly MappedEntry[] {
  const { attributes } = record
  const connection = textAt(attributes, 'mcp.session.id')
  const id = textAt(attributes, 'jsonrpc.request.id')
  const method = textAt(attributes, 'mcp.method.name') ?? ''
  const server = firstText(attributes, ['mcp_server_name', 'mcp_server', 'server.address'])
  const exchange = exchangeOf(record, {
    source: 'mcp',
    isNamedByService: true,
    attributes: { 'mcp.method': method, 'mcp.session': connection, 'mcp.server': server },
  })
  // Without a connection (from protocol version 2026-07-28 on) the id is short, and the trace makes it unique.
  const callId = id === null ? null : `${connection ?? ''}:${id}`
  return entries(exchange, record, { method, server, callId })
}

function entries(exchange: Exchange, { attributes, name }: Span, request: Request): readonly MappedEntry[] {
  switch (request.method) {
    case 'tools/call':
      return toolRunEntries(exchange, {
        name: textAt(attributes, 'gen_ai.tool.name') ?? name,
        server: request.server,
        callId: request.callId,
        args: structured(attributes.get('gen_ai.tool.call.arguments')),
        result: decoded(attributes.get('gen_ai.tool.call.result')),
      })
    case 'resources/read':
      return [read(exchange, request, { uri: textAt(attributes, 'mcp.resource.uri') ?? undefined })]
    case 'prompts/get':
      return [read(exchange, request, { name: textAt(attributes, 'gen_ai.prompt.name') ?? undefined })]
    default: {
      const event = systemEvent(exchange, 'mcp_request', { method: request.method }, outcome(exchange, request))
      return [{ ...event, receiver: partyOf(request) }]
    }
  }
}

/** A resource or prompt that a server returned. The span does not have its content. */
function read(exchange: Exchange, request: Request, args: JsonLike): MappedEntry {
  return entry(exchange, {
    kind: 'tool_call',
    sender: exchange.agent,
    receiver: partyOf(request),
    context: 'tool_call',
    payload: jsonPayload({ name: request.method, arguments: args }),
    callId: request.callId,
    attributes: outcome(exchange, request),
  })
}

const partyOf = ({ server }: Request) => `mcp.${server ?? 'unknown'}`
const outcome = ({ error }: Exchange, { callId }: Request) => ({ 'tool.call_id': callId, error })
