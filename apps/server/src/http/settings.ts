import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Services } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import { schemas } from '@sentinelmesh/api/server'
import { body, known, parsed } from './json-body.ts'
import type { RequestContext } from './request-context.ts'

const OPTIONS = { bodyLimit: LIMITS.requestBytes, config: { credential: 'needed' } } as const

/** `/api/v1/settings` and `/api/v1/erasures`: the same as the procedures, by the same schemas. */
export function settingsRoutes(
  app: FastifyInstance,
  { settings, erasures }: Pick<Services, 'settings' | 'erasures'>,
  contextOf: (request: FastifyRequest) => RequestContext,
): void {
  app.get('/api/v1/settings/retention', OPTIONS, (request) => settings.getRetention(known(contextOf(request))))
  app.put('/api/v1/settings/retention', OPTIONS, async (request) => {
    const context = contextOf(request)
    return settings.updateRetention(known(context), await body(schemas.RetentionIn, request, context), context)
  })
  app.post('/api/v1/settings/retention/preview', OPTIONS, async (request) => {
    const context = contextOf(request)
    return settings.previewRetention(known(context), await body(schemas.RetentionIn, request, context))
  })
  app.get('/api/v1/settings/quota', OPTIONS, (request) => settings.getQuota(known(contextOf(request))))
  app.put('/api/v1/settings/quota', OPTIONS, async (request) => {
    const context = contextOf(request)
    return settings.updateQuota(known(context), await body(schemas.IngestQuotaIn, request, context), context)
  })
  app.get('/api/v1/erasures', OPTIONS, (request) => erasures.list(known(contextOf(request))))
  app.get<{ Params: { id: string } }>('/api/v1/erasures/:id', OPTIONS, (request) =>
    erasures.get(known(contextOf(request)), parsed(schemas.RestErasureParams, request.params, ['path'])),
  )
  app.post('/api/v1/erasures', OPTIONS, async (request) => {
    const context = contextOf(request)
    return erasures.create(known(context), await body(schemas.ErasureIn, request, context), context)
  })
}
