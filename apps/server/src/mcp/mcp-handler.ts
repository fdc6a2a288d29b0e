import {
  createMcpHandler,
  isLegacyRequest,
  WebStandardStreamableHTTPServerTransport,
  type McpServerFactory,
} from '@modelcontextprotocol/server'
import { mcpServer, type Asking } from './mcp-server.ts'

export interface McpHandler {
  /** `message`: the body, parsed. The reply is one JSON text, or empty where nothing is to be answered. */
  answer(request: Request, message: unknown, asking: Asking): Promise<Response>
}

/**
 * Both generations of the protocol without sessions: each message is answered by a server of its own. Of the handshake of
 * 2025-11-25 nothing is kept, so that a client that goes on without it is answered too. Host, origin and credential were
 * checked before.
 */
export function mcpHandler(): McpHandler {
  const asked = new WeakMap<Request, Asking>()
  const factory: McpServerFactory = ({ requestInfo }) => {
    const asking = requestInfo === undefined ? undefined : asked.get(requestInfo)
    if (asking === undefined) throw new Error('a message reached the server without its caller')
    return mcpServer(asking)
  }
  const stateless = createMcpHandler(factory, {
    legacy: 'reject',
    // Lists never change here, and a stream that stays open would hold up a program that stops.
    maxSubscriptions: 0,
  })
  return {
    async answer(request, message, asking) {
      if (await isLegacyRequest(request, message)) return answerHandshaken(request, message, asking)
      asked.set(request, asking)
      return stateless.fetch(request, { parsedBody: message })
    },
  }
}

/** Of the generation with a handshake. The library's own way without sessions answers with a stream of events; this is JSON. */
async function answerHandshaken(request: Request, message: unknown, asking: Asking): Promise<Response> {
  const server = mcpServer(asking)
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true })
  try {
    await server.connect(transport)
    return await transport.handleRequest(request, { parsedBody: message })
  } finally {
    await server.close()
  }
}
