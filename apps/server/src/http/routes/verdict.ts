import type { FastifyInstance, FastifyRequest } from 'fastify'
import { authorise } from '@sentinelmesh/api/constants'
import { checkEntry, type VerdictDeps } from '../../services/verdicts/check.ts'
import { known, source } from '../requests/json-body.ts'
import { OPTIONS } from './operations.ts'
import type { RequestContext } from '../requests/request-context.ts'

/** `POST /api/v1/verdict`: takes one entry and returns its verdict. */
export function verdictRoute(
  app: FastifyInstance,
  deps: VerdictDeps,
  contextOf: (request: FastifyRequest) => RequestContext,
): void {
  app.post('/api/v1/verdict', OPTIONS, async (request) => {
    const context = contextOf(request)
    const principal = known(context)
    authorise(principal, 'verdicts.check')
    const entry = await source(request, context, 'verdict')
    const { remoteAddress, holdWhile } = context
    return checkEntry(deps, principal, entry, { surface: 'rest', remoteAddress, holdWhile })
  })
}
