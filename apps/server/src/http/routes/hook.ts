import type { FastifyInstance, FastifyRequest } from 'fastify'
import { LIMITS } from '@sentinelmesh/api/constants'
import { HOOK_CLIENTS, HOOK_MEDIA_TYPE, isHookClient, SILENCE } from '@sentinelmesh/api/hooks'
import { schemas } from '@sentinelmesh/api/server'
import type { Lane } from '../../judging/entry-yield.ts'
import { answerHook, unknownClient, type Given, type HookDeps } from '../../services/hooks/answer.ts'
import { deliverHook } from '../../services/hooks/deliver.ts'
import { known, parsed, text } from '../requests/json-body.ts'
import type { RequestContext } from '../requests/request-context.ts'

const OPTIONS = { bodyLimit: LIMITS.requestBytes, config: { credential: 'needed' } } as const

interface OfClient {
  readonly Params: { readonly client: string }
}

/**
 * `/api/v1/hook/{client}`: takes the unchanged input of a coding agent's hook. `/late` takes inputs that were spooled.
 */
export function hookRoutes(
  app: FastifyInstance,
  deps: HookDeps,
  contextOf: (request: FastifyRequest) => RequestContext,
): void {
  app.post<OfClient>('/api/v1/hook/:client', OPTIONS, async (request, reply) => {
    const context = contextOf(request)
    const principal = known(context)
    const { ask } = parsed(schemas.RestHookQuery, request.query, ['query'])
    const given = await givenBy(request, context, 'verdict')
    const answer = await answerHook(deps, principal, given, ask)
    // Claude Code can also post directly. It understands only its own JSON format.
    const isOurs = (request.headers.accept ?? '').includes(HOOK_MEDIA_TYPE)
    if (given.client === 'claude' && !isOurs) return reply.type('application/json').send(answer.stdout)
    return answer
  })

  app.post<OfClient>('/api/v1/hook/:client/late', OPTIONS, async (request) => {
    const context = contextOf(request)
    const principal = known(context)
    const { spool, missing, late, at, fail } = parsed(schemas.RestHookLateQuery, request.query, ['query'])
    const given = await givenBy(request, context, 'bulk')
    const [from = 0, to = 0] = missing?.split('-').map(Number) ?? []
    const logId = await deliverHook(deps, principal, given, {
      spool,
      missing: missing === undefined ? null : { from, to },
      late: late === undefined ? null : { number: late, atMs: at ?? null, fail },
    })
    return { log_id: logId, ...SILENCE }
  })
}

async function givenBy(request: FastifyRequest<OfClient>, context: RequestContext, lane: Lane): Promise<Given> {
  const { remoteAddress, holdWhile } = context
  const { client } = request.params
  if (!isHookClient(client)) throw unknownClient(client, HOOK_CLIENTS)
  return { client, text: await text(request, context), turn: () => context.turn(lane), remoteAddress, holdWhile }
}
