import {
  createMcpHandler,
  isLegacyRequest,
  WebStandardStreamableHTTPServerTransport,
  type McpServerFactory,
} from '@modelcontextprotocol/server'
import { mcpServer, type Asking } from './mcp-server.ts'

export interface McpHandler {
  /** `message` is the parsed body. The reply is one JSON text, or empty if the message needs no reply. */
  answer(request: Request, message: unknown, asking: Asking): Promise<Response>
}

/**
 * Serves both generations of MCP without sessions: each message has its own server instance. The handshake of
 * 2025-11-25 leaves no state, so a client that skips it gets replies too. Host, origin, and credential have been
 * checked.
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
    // Lists never change here, and an open stream would delay the shutdown.
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

/** Serves the generation with a handshake. The library would reply with an event stream; this replies with JSON. */
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
