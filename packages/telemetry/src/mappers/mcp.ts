import type { Span } from '../otlp/telemetry.ts'
import { toolRunEntries } from './conversation.ts'
import { entry, firstText, systemEvent, textAt } from './entries.ts'
import { exchangeOf, type Exchange } from './exchange.ts'
import { jsonPayload, type JsonLike } from './json.ts'
import type { MappedEntry } from './mapped-entry.ts'
import type { Mapper } from './mapper.ts'
import { decoded, structured } from './messages/value.ts'

/** Spans of MCP clients and servers by the semantic conventions. There are no log records of it. */
export const mcp: Mapper = { span, log: () => [] }

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
  const of = exchangeOf(record, 'mcp', { 'mcp.method': method, 'mcp.session': connection, 'mcp.server': server })
  // Without a connection (since 2026-07-28) the id is short, and the trace tells it from that of another run.
  const callId = id === null ? null : `${connection ?? ''}:${id}`
  return entries(of, record, { method, server, callId })
}

function entries(of: Exchange, { attributes, name }: Span, request: Request): readonly MappedEntry[] {
  switch (request.method) {
    case 'tools/call':
      return toolRunEntries(of, {
        name: textAt(attributes, 'gen_ai.tool.name') ?? name,
        server: request.server,
        callId: request.callId,
        args: structured(attributes.get('gen_ai.tool.call.arguments')),
        result: decoded(attributes.get('gen_ai.tool.call.result')),
      })
    case 'resources/read':
      return [read(of, request, { uri: textAt(attributes, 'mcp.resource.uri') ?? undefined })]
    case 'prompts/get':
      return [read(of, request, { name: textAt(attributes, 'gen_ai.prompt.name') ?? undefined })]
    default: {
      const told = systemEvent(of, 'mcp_request', { method: request.method }, outcome(of, request))
      return [{ ...told, receiver: partyOf(request) }]
    }
  }
}

/** What a server gives on request, told without what it gave. */
function read(of: Exchange, request: Request, args: JsonLike): MappedEntry {
  return entry(of, {
    kind: 'tool_call',
    sender: of.agent,
    receiver: partyOf(request),
    context: 'tool_call',
    payload: jsonPayload({ name: request.method, arguments: args }),
    callId: request.callId,
    attributes: outcome(of, request),
  })
}

const partyOf = ({ server }: Request) => `mcp.${server ?? 'unknown'}`
const outcome = ({ error }: Exchange, { callId }: Request) => ({ 'tool.call_id': callId, error })
