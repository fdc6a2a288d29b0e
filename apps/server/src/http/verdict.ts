import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Services } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import { schemas } from '@sentinelmesh/api/server'
import { checkEntry, type VerdictDeps } from '../services/verdicts/check.ts'
import { body, known, source } from './json-body.ts'
import type { RequestContext } from './request-context.ts'

const OPTIONS = { bodyLimit: LIMITS.requestBytes, config: { credential: 'needed' } } as const

/** `/api/v1/verdict`: one entry in, what is to become of it out; and the policy by which that is decided. */
export function verdictRoutes(
  app: FastifyInstance,
  deps: VerdictDeps,
  { verdicts }: Pick<Services, 'verdicts'>,
  contextOf: (request: FastifyRequest) => RequestContext,
): void {
  app.post('/api/v1/verdict', OPTIONS, async (request) => {
    const context = contextOf(request)
    const principal = known(context)
    const entry = await source(request, context, 'verdict')
    const { remoteAddress, holdWhile } = context
    return checkEntry(deps, principal, entry, { surface: 'rest', remoteAddress, holdWhile })
  })
  app.get('/api/v1/verdict/policy', OPTIONS, (request) => verdicts.policy(known(contextOf(request))))
  app.put('/api/v1/verdict/policy', OPTIONS, async (request) => {
    const context = contextOf(request)
    return verdicts.setPolicy(known(context), await body(schemas.VerdictPolicyChange, request, context), context)
  })
}
