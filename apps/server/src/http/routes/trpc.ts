import { incomingMessageToRequest } from '@trpc/server/adapters/node-http'
import { resolveResponse } from '@trpc/server/http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Services } from '@sentinelmesh/api'
import { DomainError } from '@sentinelmesh/api/constants'
import { appRouter, type Context } from '@sentinelmesh/api/server'
import { NotJson } from '@sentinelmesh/text/not-json'
import { decodeUtf8 } from '../../ingest/read-body.ts'
import { ENTRIES_DEPTH, readJsonInSteps, type Turn } from '../../ingest/read-json.ts'
import { noteRefused } from '../../audit/note-refused.ts'
import type { Deps } from '../../services/verb.ts'
import { laneOf } from '../requests/lanes.ts'
import { WITHOUT_SOCKET } from './operations.ts'
import { replyCounter } from '../replies/reply-bytes.ts'
import type { RequestContext } from '../requests/request-context.ts'

const MOST_CALLS = 20

/**
 * `/trpc`: single or batched procedures. It does not use tRPC's Fastify plugin, whose parsers would read bodies without
 * our limits.
 */
export function trpcRoute(
  app: FastifyInstance,
  {
    deps,
    services,
    contextOf,
    onFault,
  }: {
    readonly deps: Deps<'auditTally'>
    readonly services: Services
    readonly contextOf: (request: FastifyRequest) => RequestContext
    readonly onFault: Context['onFault']
  },
): void {
  const createContext = (request: FastifyRequest): Context => {
    const context = contextOf(request)
    if (context.refused !== null) throw new DomainError(context.refused)
    const onRefused = (error: DomainError) => noteRefused(deps, context, error)
    // A batch has one reply, so one counter covers the whole request.
    return { ...context, services, ...WITHOUT_SOCKET, onFault, onRefused, onReply: replyCounter() }
  }
  app.all<{ Params: { path: string } }>('/trpc/:path', async (request, reply) => {
    const { path } = request.params
    const text = Buffer.isBuffer(request.body) ? decodeUtf8(request.body) : ''
    const req = incomingMessageToRequest(Object.assign(request.raw, { body: '' }), reply.raw, { maxBodySize: null })
    // The library would parse the body in one step, and it may have megabytes.
    const json = () => parsed(text, () => contextOf(request).turn(laneOfTurns(path)))
    Object.defineProperty(req, 'json', { value: json })
    const response = await resolveResponse({
      router: appRouter,
      maxBatchSize: MOST_CALLS,
      createContext: async () => createContext(request),
      responseMeta: ({ errors }) => {
        const waits = errors.map(({ cause }) => (cause instanceof DomainError ? cause.details.retryAfterSeconds : 0))
        const longest = Math.max(0, ...waits.map((seconds) => seconds ?? 0))
        return longest === 0 ? {} : { headers: new Headers({ 'retry-after': String(longest) }) }
      },
      req,
      path,
      error: null,
    })
    await reply.send(response)
  })
}

/** Replaces `Request.json`. It throws if the text is not JSON, and tRPC then replies with a parse error. */
async function parsed(text: string, turn: Turn): Promise<unknown> {
  const { value } = await readJsonInSteps(text, turn, ENTRIES_DEPTH)
  if (value instanceof NotJson) throw new SyntaxError(value.reason)
  return value
}

const laneOfTurns = (path: string) => (laneOf(`/trpc/${path}`) === 'verdict' ? 'verdict' : 'bulk')
