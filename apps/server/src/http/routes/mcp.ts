import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Services } from '@sentinelmesh/api'
import { authorise, DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { JsonTextError } from '@sentinelmesh/text/json-text'
import { jsonSteps } from '@sentinelmesh/text/json-steps'
import { NotJson } from '@sentinelmesh/text/not-json'
import { decodeUtf8, inflateBody } from '../../ingest/read-body.ts'
import { drained, notJson, type Turn } from '../../ingest/read-json.ts'
import type { McpHandler } from '../../mcp/mcp-handler.ts'
import { recorder } from '../../mcp/record.ts'
import type { Deps } from '../../services/verb.ts'
import { known } from '../requests/json-body.ts'
import { callOf } from './operations.ts'
import type { RequestContext } from '../requests/request-context.ts'

/** Request headers that affect how the MCP library reads the message. */
const PASSED_ON = ['accept', 'content-type', 'mcp-protocol-version', 'mcp-method', 'mcp-name']

/** `POST /mcp`: lets a model query the log as a caller who may read it. */
export function mcpRoute(
  app: FastifyInstance,
  { deps, services }: { readonly deps: Deps<'ingest' | 'publicOrigin'>; readonly services: Services },
  contextOf: (request: FastifyRequest) => RequestContext,
): void {
  const onFault = (fault: unknown, requestId: string) => app.log.error({ err: fault, request_id: requestId }, 'fault')
  const record = recorder(deps.ingest, (fault) => onFault(fault, 'mcp'))
  let handler: Promise<McpHandler> | undefined

  app.post('/mcp', { bodyLimit: LIMITS.mcpRequestBytes, config: { credential: 'needed' } }, async (request, reply) => {
    const context = contextOf(request)
    const principal = known(context)
    const message = await messageOf(request, context)
    authorise(principal, 'logs.read')
    // Loaded on first use: most installations never need it, and it is a tenth of the program.
    handler ??= import('../../mcp/mcp-handler.ts').then(({ mcpHandler }) => mcpHandler())
    const { answer } = await handler
    const { gone } = context
    const answered = await answer(toWebRequest(request, deps.publicOrigin(), gone), message, {
      services,
      call: callOf(context),
      orgSlug: principal.org?.slug ?? '',
      publicOrigin: deps.publicOrigin(),
      nowMs: () => deps.clock.now(),
      record: (name, input) => record({ principal, remoteAddress: context.remoteAddress }, name, input),
      onFault: (fault) => onFault(fault, request.id),
    })
    const type = answered.headers.get('content-type')
    if (type !== null) reply.header('content-type', type)
    return reply.code(answered.status).send(await answered.text())
  })
}

/**
 * Reads one message. Batches are refused: each message could be a search, and MCP removed them in version 2025-06-18.
 */
async function messageOf(request: FastifyRequest, { holdBody, turn }: RequestContext): Promise<unknown> {
  const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
  const text = decodeUtf8(await inflateBody(raw, request.headers['content-encoding'], holdBody))
  const value = await valueIn(text, turn)
  if (value instanceof NotJson) throw notJson(value.reason)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new DomainError('invalid_input', { say: 'Send one JSON-RPC message, an object, in a request.' })
  return value
}

async function valueIn(text: string, turn: Turn): Promise<unknown> {
  try {
    const { value } = await drained(jsonSteps(text, { depth: LIMITS.jsonDepth }), turn)
    return value
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error
    throw new DomainError(
      'invalid_input',
      { say: `The message nests deeper than ${LIMITS.jsonDepth} levels (limit jsonDepth).` },
      { cause: error },
    )
  }
}

function toWebRequest(request: FastifyRequest, origin: string, signal: AbortSignal): Request {
  const headers = new Headers()
  for (const name of PASSED_ON) {
    const value = [request.headers[name] ?? []].flat()[0]
    if (value !== undefined) headers.set(name, value)
  }
  return new Request(`${origin}/mcp`, { method: 'POST', headers, signal })
}
