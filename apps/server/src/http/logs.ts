import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Services } from '@sentinelmesh/api'
import { authorise, DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { schemas, toIssues } from '@sentinelmesh/api/server'
import { accept, type Reporter } from '../ingest/accept.ts'
import { decodeUtf8, inflateBody } from '../ingest/read-body.ts'
import { readJsonArray, readNdjson } from '../ingest/read-json.ts'
import { toReport } from '../services/logs/report.ts'
import type { ServiceDeps } from '../services/verb.ts'
import type { RequestContext } from './request-context.ts'

const NDJSON = new Set(['application/x-ndjson', 'application/ndjson', 'application/jsonl', 'application/x-jsonlines'])

/** `/api/v1/logs`: entries in, rows out. */
export function logsRoutes(
  app: FastifyInstance,
  deps: ServiceDeps,
  services: Services,
  contextOf: (request: FastifyRequest) => RequestContext,
): void {
  app.post('/api/v1/logs', { bodyLimit: LIMITS.requestBytes, config: { credential: 'needed' } }, async (request) => {
    const { principal, remoteAddress, holdBody, turn } = contextOf(request)
    if (principal === null || principal.type === 'anonymous') throw new DomainError('unauthenticated')
    const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
    if (type !== 'application/json' && !NDJSON.has(type)) {
      throw new DomainError('unsupported_media_type', {
        say: 'Send an array with content-type application/json, or one entry a line with application/x-ndjson.',
      })
    }
    const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    const body = decodeUtf8(await inflateBody(raw, request.headers['content-encoding'], holdBody))
    const reporter: Reporter = { principal, action: 'logs.report', surface: 'rest', remoteAddress }
    const read = NDJSON.has(type) ? readNdjson : readJsonArray
    const sources = await read(body, turn)
    return toReport(await accept(deps.ingest, reporter, sources, { lenient: false }))
  })

  /** What a query string asks for, after it is clear that the caller may ask at all. */
  const asked = <Query extends z.ZodType>(request: FastifyRequest, query: Query) => {
    const { principal, gone } = contextOf(request)
    if (principal?.type === 'anonymous') throw new DomainError('unauthenticated')
    authorise(principal, 'logs.read')
    const parsed = query.safeParse(request.query)
    if (!parsed.success) throw new DomainError('invalid_input', { issues: toIssues(parsed.error, ['query']) })
    return { principal, input: parsed.data, asker: { signal: gone } }
  }

  app.get('/api/v1/logs', { config: { credential: 'needed' } }, async (request) => {
    const { principal, input, asker } = asked(request, schemas.RestPageQuery)
    const { items, total, totalEstimated, nextCursor, prevCursor, head, ...extent } = await services.logs.page(
      principal,
      input,
      asker,
    )
    return {
      items,
      total,
      total_estimated: totalEstimated,
      next_cursor: nextCursor,
      prev_cursor: prevCursor,
      head,
      ...toRestExtent(extent),
    }
  })

  app.get('/api/v1/logs/histogram', { config: { credential: 'needed' } }, async (request) => {
    const { principal, input, asker } = asked(request, schemas.RestHistogramQuery)
    const { from, to, stepMs, buckets, total, ...extent } = await services.logs.histogram(principal, input, asker)
    return { from, to, step_ms: stepMs, buckets, total, ...toRestExtent(extent) }
  })

  app.get('/api/v1/logs/facets', { config: { credential: 'needed' } }, async (request) => {
    const { principal, input, asker } = asked(request, schemas.RestFacetsQuery)
    const { facets, estimated, ...extent } = await services.logs.facets(principal, input, asker)
    return { facets, estimated, ...toRestExtent(extent) }
  })

  app.get<{ Params: { id: string } }>('/api/v1/logs/:id', { config: { credential: 'needed' } }, async (request) => {
    const { principal, gone } = contextOf(request)
    if (principal?.type === 'anonymous') throw new DomainError('unauthenticated')
    return services.logs.get(principal, { id: request.params.id }, { signal: gone })
  })
}

/** Said only where it holds. */
function toRestExtent({ incomplete, narrow, searchedTo, undecided }: Extent) {
  if (!incomplete) return {}
  return { incomplete: true as const, narrow, searched_to: searchedTo, ...(undecided.length > 0 ? { undecided } : {}) }
}

type Extent = Pick<Awaited<ReturnType<Services['logs']['page']>>, 'incomplete' | 'narrow' | 'searchedTo' | 'undecided'>
