import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { authorise, DomainError, ERRORS, LIMITS } from '@sentinelmesh/api/constants'
import { slotQueue } from '@sentinelmesh/flow/fair-queue'
import { acceptTelemetry } from '../../ingest/otlp/accept-telemetry.ts'
import { NotDecodable } from '@sentinelmesh/telemetry'
import { encodePartialSuccess, encodeStatus } from '../../ingest/otlp/replies.ts'
import { readTelemetry, type Encoding } from '@sentinelmesh/telemetry'
import { inflateToAnyRatio } from '../../ingest/read-body.ts'
import type { Deps } from '../../services/verb.ts'
import { known } from '../requests/json-body.ts'
import { toDomainError } from '../replies/reply-error.ts'
import type { RequestContext } from '../requests/request-context.ts'

const MEDIA_TYPES: Readonly<Record<Encoding, string>> = {
  json: 'application/json',
  protobuf: 'application/x-protobuf',
}

/** OTLP over HTTP, with the replies that OpenTelemetry's exporters understand. */
export function otlpRoutes(
  app: FastifyInstance,
  deps: Deps<'ingest' | 'sources' | 'traceSessions'>,
  contextOf: (request: FastifyRequest) => RequestContext,
): void {
  const options = { bodyLimit: LIMITS.requestBytes, config: { credential: 'needed' }, errorHandler } as const
  // Reading a body takes about twenty times its size in memory, so the org's other bodies wait unread.
  const bodies = slotQueue<number | null>({ perOwner: LIMITS.requestBytes })
  const onFault = (fault: unknown) => app.log.error({ err: fault }, 'A record of telemetry could not be read.')

  for (const signal of ['logs', 'traces'] as const) {
    app.post(`/v1/${signal}`, options, async (request, reply) => {
      const context = contextOf(request)
      const { remoteAddress, turn } = context
      const principal = known(context)
      const encoding = encodingOf(request)
      if (encoding === null) {
        throw new DomainError('unsupported_media_type', {
          say: 'Send OTLP with content-type application/x-protobuf or application/json.',
        })
      }
      const body = await bodyOf(request, context)
      using _slot = await bodies.enter({ owner: principal.org?.id ?? null, weight: body.length })
      const reporter = { principal, action: 'logs.report', surface: 'otlp', remoteAddress } as const
      const telemetry = await readTelemetry(body, { encoding, signal, turn })
      const refused = await acceptTelemetry({ ...deps, onFault }, reporter, telemetry)
      return reply.type(MEDIA_TYPES[encoding]).send(encodePartialSuccess(encoding, signal, refused))
    })
  }

  /**
   * Agents send metrics to the endpoint of their logs. Accepts and drops them, because exporters retry and log an
   * error.
   */
  app.post('/v1/metrics', options, async (request, reply) => {
    authorise(known(contextOf(request)), 'logs.report')
    const encoding = encodingOf(request) ?? 'json'
    const nothing = { records: 0, reason: null }
    return reply.type(MEDIA_TYPES[encoding]).send(encodePartialSuccess(encoding, 'metrics', nothing))
  })
}

async function bodyOf(request: FastifyRequest, { holdBody }: RequestContext): Promise<Buffer> {
  const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
  // Spans are repetitive: ordinary telemetry can be compressed by a factor of one hundred.
  const body = await inflateToAnyRatio(raw, request.headers['content-encoding'])
  if (body !== raw) holdBody(body.length)
  return body
}

function encodingOf(request: FastifyRequest): Encoding | null {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase()
  if (type === 'application/x-protobuf' || type === 'application/protobuf') return 'protobuf'
  return type === 'application/json' ? 'json' : null
}

/**
 * Replies with `google.rpc.Status` in the format of the request. Unreadable input gets 400, which exporters do not
 * retry.
 */
function errorHandler(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const domain =
    error instanceof NotDecodable ? new DomainError('invalid_input', { say: error.message }) : toDomainError(error)
  if (domain.code === 'internal') request.log.error({ err: error, request_id: request.id }, 'fault')
  // Exporters drop the data on 408 and retry on 503.
  const http = domain.code === 'too_slow' ? 503 : ERRORS[domain.code].http
  if (http === 401) reply.header('www-authenticate', 'Bearer')
  if (http === 429 || http === 503) reply.header('retry-after', String(domain.details.retryAfterSeconds ?? 1))
  const encoding = encodingOf(request) ?? 'json'
  return reply
    .code(http === 422 ? 400 : http)
    .type(MEDIA_TYPES[encoding])
    .send(encodeStatus(encoding, http, domain.message))
}
