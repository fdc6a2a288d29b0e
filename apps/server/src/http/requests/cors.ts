import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Edge } from './edge.ts'

const METHODS = 'GET, POST, PUT, PATCH, DELETE, OPTIONS'
const HEADERS =
  'authorization, content-type, content-encoding, x-api-key, x-sentinelmesh-org, mcp-protocol-version, mcp-method, mcp-name'
const MAX_AGE_SECONDS = '600'

/**
 * Lets pages of the configured origins read replies, including error replies, which browsers would otherwise report as
 * a network failure. Cookies are never allowed: they are valid only for our own origin. Returns true if the request was
 * a preflight and has been answered.
 */
export function answerCors(gate: Edge, request: FastifyRequest, reply: FastifyReply): boolean {
  const verdict = gate.origin(request.headers)
  const { origin } = request.headers
  if (origin !== undefined) reply.header('vary', 'Origin')
  if (verdict === 'allowed' && origin !== undefined) {
    reply.header('access-control-allow-origin', origin)
    reply.header('access-control-expose-headers', 'retry-after, www-authenticate, x-request-id')
  }
  if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return false
  if (verdict === 'allowed') {
    reply.header('access-control-allow-methods', METHODS)
    reply.header('access-control-allow-headers', HEADERS)
    reply.header('access-control-max-age', MAX_AGE_SECONDS)
  }
  void reply.code(204).send()
  return true
}
