import { pipeline, type Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { authorise, DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { schemas, toIssues } from '@sentinelmesh/api/server'
import { exportEntries } from '../../services/logs/export.ts'
import type { ServiceDeps } from '../../services/verb.ts'
import { known } from '../requests/json-body.ts'
import { piecewiseReplies } from '../replies/piecewise.ts'
import type { RequestContext } from '../requests/request-context.ts'

const TYPES = { ndjson: 'application/x-ndjson; charset=utf-8', csv: 'text/csv; charset=utf-8; header=present' }

/** `GET /api/v1/logs/export`: a file of all entries that match, written while it is sent. */
export function exportRoute(
  app: FastifyInstance,
  deps: ServiceDeps,
  contextOf: (request: FastifyRequest) => RequestContext,
): void {
  const piecewise = piecewiseReplies(app)
  // A HEAD route would run the whole export.
  const options = { config: { credential: 'needed' }, exposeHeadRoute: false } as const
  app.get('/api/v1/logs/export', options, async (request, reply) => {
    const context = contextOf(request)
    const { remoteAddress, turn } = context
    const principal = known(context)
    const org = authorise(principal, 'logs.read')
    const parsed = schemas.RestExportQuery.safeParse(request.query)
    if (!parsed.success) throw new DomainError('invalid_input', { issues: toIssues(parsed.error, ['query']) })
    const { format } = parsed.data

    const text = await piecewise({
      reply,
      turn,
      begin: (signal) => exportEntries(deps, { org, principal, signal, remoteAddress }, parsed.data),
    })
    reply.raw.setTimeout(LIMITS.exportIdleMs, () => reply.raw.destroy())
    reply.headers({
      'content-type': TYPES[format],
      'content-disposition': `attachment; filename="${principal.org?.slug ?? 'sentinelmesh'}-entries.${format}"`,
      'x-accel-buffering': 'no', // a proxy that keeps what it was sent would read at its own pace, to its disk
      vary: 'Origin, Accept-Encoding',
    })
    if (!takesGzip(request.headers['accept-encoding'])) return reply.send(text)
    return reply.header('content-encoding', 'gzip').send(gzipped(text))
  })
}

function takesGzip(accepted: string | string[] | undefined): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(String(accepted ?? ''))
}

/** The one ends with the other, also where either fails: the framework then breaks the connection off. */
function gzipped(text: Readable): Readable {
  const gzip = createGzip()
  pipeline(text, gzip, () => {})
  return gzip
}
