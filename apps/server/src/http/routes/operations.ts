import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Call, Services } from '@sentinelmesh/api'
import { authorise, LIMITS } from '@sentinelmesh/api/constants'
import { listOperations, OPERATIONS, type Operation, type RestRoute } from '@sentinelmesh/api/server'
import { body, known, parsed } from '../requests/json-body.ts'
import { streamedReplies } from '../replies/streamed-reply.ts'
import type { RequestContext } from '../requests/request-context.ts'

export const OPTIONS = { bodyLimit: LIMITS.requestBytes, config: { credential: 'needed' } } as const

type Service = (call: Call, input: unknown) => unknown

/** Routes for all operations that have a path but no handler of their own. */
export function operationRoutes(
  app: FastifyInstance,
  services: Services,
  contextOf: (request: FastifyRequest) => RequestContext,
): void {
  const stream = streamedReplies(app)

  for (const [name, operation] of listOperations(OPERATIONS)) {
    const { rest, action, kind } = operation
    if (rest === undefined || rest.isOwnRoute || action === 'open') continue
    const service = serviceAt(services, name)
    const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
      const context = contextOf(request)
      // Runs before the body is read.
      authorise(known(context), action)
      const input = await inputOf(operation, rest, request, context)
      if (kind !== 'subscription') {
        const output = await service(callOf(context), input)
        return rest.reply?.from === undefined ? output : rest.reply.from(output as never)
      }
      const begin = (signal: AbortSignal) =>
        lines(service({ ...callOf(context), signal }, input) as AsyncIterable<unknown>)
      return reply.type('application/x-ndjson').send(await stream({ reply, turn: context.turn, begin }))
    }
    app.route({
      method: rest.method.toUpperCase(),
      url: rest.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      ...OPTIONS,
      handler,
    })
  }
}

/** Converts a request to a call of an operation. */
export function callOf({ principal, remoteAddress, cookie, gone, holdWhile }: RequestContext): Call {
  return { principal, remoteAddress, cookie, signal: gone, holdWhile, ...WITHOUT_SOCKET }
}

/** Over HTTP the framework handles back-pressure, and there are no tails. */
export const WITHOUT_SOCKET: Pick<Call, 'drained' | 'holdTail'> = {
  drained: async () => {},
  holdTail: () => ({ [Symbol.dispose]() {} }),
}

function serviceAt(services: Services, name: string): Service {
  return name.split('.').reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], services) as Service
}

async function inputOf(
  { input }: Operation,
  { method, params, query, body: bodies }: RestRoute,
  request: FastifyRequest,
  context: RequestContext,
): Promise<unknown> {
  const path = params === undefined ? (request.params as object) : parsed(params, request.params, ['path'])
  if (input === undefined) return undefined
  if (method === 'get' || method === 'delete' || bodies === null)
    return { ...(query === undefined ? {} : parsed(query, request.query, ['query'])), ...path }
  return body(input, request, context, path)
}

async function* lines(items: AsyncIterable<unknown>): AsyncGenerator<string, void> {
  for await (const item of items) yield `${JSON.stringify(item)}\n`
}
