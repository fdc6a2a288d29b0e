import { fastifyRequestHandler } from '@trpc/server/adapters/fastify'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Services } from '@sentinelmesh/api'
import { DomainError } from '@sentinelmesh/api/constants'
import { appRouter, type Context } from '@sentinelmesh/api/server'
import { decodeUtf8 } from '../ingest/read-body.ts'
import { noteRefused } from '../services/audit/note-refused.ts'
import type { ServiceDeps } from '../services/verb.ts'
import { replyCounter } from './reply-bytes.ts'
import type { RequestContext } from './request-context.ts'

/** There are no tails over HTTP. */
const WITHOUT_SOCKET: Pick<Context, 'drained' | 'holdTail'> = {
  drained: async () => {},
  holdTail: () => ({ [Symbol.dispose]() {} }),
}

const MOST_CALLS = 20

/**
 * `/trpc`: procedures, single or batched. Not the library's own plugin: that brings parsers of its own, which would read
 * bodies past every bound.
 */
export function trpcRoute(
  app: FastifyInstance,
  {
    deps,
    services,
    contextOf,
    onFault,
  }: {
    readonly deps: ServiceDeps
    readonly services: Services
    readonly contextOf: (request: FastifyRequest) => RequestContext
    readonly onFault: Context['onFault']
  },
): void {
  const createContext = ({ req }: { req: FastifyRequest }): Context => {
    const context = contextOf(req)
    if (context.refused !== null) throw new DomainError(context.refused)
    const onRefused = (error: DomainError) => noteRefused(deps, context, error)
    // One context a request: a batch is one reply.
    return { ...context, services, ...WITHOUT_SOCKET, onFault, onRefused, onReply: replyCounter() }
  }
  app.all<{ Params: { path: string } }>('/trpc/:path', async (request, reply) => {
    if (Buffer.isBuffer(request.body)) request.body = decodeUtf8(request.body)
    const { path } = request.params
    await fastifyRequestHandler({
      router: appRouter,
      maxBatchSize: MOST_CALLS,
      createContext,
      responseMeta: ({ errors }) => {
        const waits = errors.map(({ cause }) => (cause instanceof DomainError ? cause.details.retryAfterSeconds : 0))
        const longest = Math.max(0, ...waits.map((seconds) => seconds ?? 0))
        return longest === 0 ? {} : { headers: new Headers({ 'retry-after': String(longest) }) }
      },
      req: request,
      res: reply,
      path,
    })
  })
}
