import type { FastifyInstance, FastifyRequest } from 'fastify'
import { authorise, LIMITS } from '@sentinelmesh/api/constants'
import { exportedRules } from '../../services/rules/export.ts'
import type { Deps } from '../../services/verb.ts'
import { known } from '../requests/json-body.ts'
import { OPTIONS } from './operations.ts'
import { streamedReplies } from '../replies/streamed-reply.ts'
import type { RequestContext } from '../requests/request-context.ts'

/** `GET /api/v1/rules.yaml`: streams the org's own and imported rules as a file. */
export function rulesFileRoute(
  app: FastifyInstance,
  deps: Deps<'ruleSets'>,
  contextOf: (request: FastifyRequest) => RequestContext,
): void {
  const stream = streamedReplies(app)
  app.get('/api/v1/rules.yaml', OPTIONS, async (request, reply) => {
    const context = contextOf(request)
    const { turn } = context
    const { pieces, documents, settings } = await exportedRules(deps, authorise(known(context), 'rules.read'))
    const begin = async function* () {
      yield* pieces
    }
    const text = await stream({ reply, turn, begin })
    reply.raw.setTimeout(LIMITS.exportIdleMs, () => reply.raw.destroy())
    return reply
      .type('application/yaml; charset=utf-8')
      .headers({
        'content-disposition': 'attachment; filename="rules.yaml"',
        'x-sentinelmesh-documents': documents,
        'x-sentinelmesh-settings': settings,
      })
      .send(text)
  })
}
