import { pipeline, type Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Services } from '@sentinelmesh/api'
import { authorise, LIMITS } from '@sentinelmesh/api/constants'
import { OPERATIONS } from '@sentinelmesh/api/server'
import { known, parsed } from '../requests/json-body.ts'
import { streamedReplies } from '../replies/streamed-reply.ts'
import type { RequestContext } from '../requests/request-context.ts'
import { callOf } from './operations.ts'

const { action, rest } = OPERATIONS.logFiles.export

const TYPES = { ndjson: 'application/x-ndjson; charset=utf-8', csv: 'text/csv; charset=utf-8; header=present' }

/** `GET /api/v1/logs/export`: streams a file of all matching entries. */
export function exportRoute(
  app: FastifyInstance,
  services: Services,
  contextOf: (request: FastifyRequest) => RequestContext,
): void {
  const stream = streamedReplies(app)
  // A HEAD route would run the whole export.
  const options = { config: { credential: 'needed' }, exposeHeadRoute: false } as const
  app.get(rest.path, options, async (request, reply) => {
    const context = contextOf(request)
    const principal = known(context)
    // Runs before the query is parsed.
    authorise(principal, action)
    const input = parsed(rest.query, request.query, ['query'])
    const text = await stream({
      reply,
      turn: context.turn,
      begin: (signal) => services.logFiles.export({ ...callOf(context), signal }, input),
    })
    reply.raw.setTimeout(LIMITS.exportIdleMs, () => reply.raw.destroy())
    reply.headers({
      'content-type': TYPES[input.format],
      'content-disposition': `attachment; filename="${principal.org?.slug ?? 'sentinelmesh'}-entries.${input.format}"`,
      'x-accel-buffering': 'no', // keeps a proxy from buffering the reply on disk
      vary: 'Origin, Accept-Encoding',
    })
    if (!takesGzip(request.headers['accept-encoding'])) return reply.send(text)
    return reply.header('content-encoding', 'gzip').send(gzipped(text))
  })
}

function takesGzip(accepted: string | string[] | undefined): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(String(accepted ?? ''))
}

/** If either stream ends or fails, so does the other. On failure the framework then resets the connection. */
function gzipped(text: Readable): Readable {
  const gzip = createGzip()
  pipeline(text, gzip, () => {})
  return gzip
}
