import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { WhoAmI } from '@sentinelmesh/api'
import { allows, DomainError } from '@sentinelmesh/api/constants'
import type { Clock } from '../../clock.ts'
import { VERSION } from '../../version.ts'
import type { RequestContext } from '../requests/request-context.ts'

/** Describes the caller's credential, so that a program can report a problem with it before it uses it. */
export function whoAmIRoute(
  app: FastifyInstance,
  clock: Clock,
  contextOf: (request: FastifyRequest) => RequestContext,
): void {
  app.get('/api/v1/whoami', { config: { credential: 'needed' } }, (request): WhoAmI => {
    const { principal } = contextOf(request)
    if (principal === null) throw new DomainError('unauthenticated')
    return {
      type: principal.type,
      organization: principal.org === null ? null : { name: principal.org.name, slug: principal.org.slug },
      may: {
        report: allows(principal, 'logs.report'),
        verdict: allows(principal, 'verdicts.check'),
        read: allows(principal, 'logs.read'),
        manage: allows(principal, 'settings.write'),
      },
      sender: principal.type === 'key' ? principal.senderPrefix : null,
      time: new Date(clock.now()).toISOString(),
      version: VERSION,
    }
  })
}
