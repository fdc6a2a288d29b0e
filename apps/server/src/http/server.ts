import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { fastifyTRPCPlugin } from '@trpc/server/adapters/fastify'
import fastify, { LogController, type FastifyInstance, type FastifyRequest } from 'fastify'
import type { Principal, Services } from '@sentinelmesh/api'
import { DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { appRouter, type Context } from '@sentinelmesh/api/server'
import { cookieName, writeCookie } from '../auth/cookie.ts'
import type { Metrics } from '../metrics.ts'
import type { ServiceDeps } from '../services/verb.ts'
import { answerCors } from './cors.ts'
import { credentialOf, readCookie, type Credential } from './credentials.ts'
import { docsRoutes } from './docs.ts'
import { checkOrigin, type Edge } from './edge.ts'
import { healthRoutes } from './health.ts'
import { legacyRoutes } from './legacy.ts'
import { logsRoutes } from './logs.ts'
import { replyError, replyTrpcError, toDomainError } from './reply-error.ts'
import type { RequestContext } from './request-context.ts'
import { setSecurityHeaders } from './security-headers.ts'
import { webRoutes } from './web.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Refused with 401 before the body is read when no principal is known. */
    credential?: 'needed'
  }
}

export interface HttpDeps {
  readonly deps: ServiceDeps
  readonly services: Services
  readonly metrics: Metrics
  readonly gate: Edge
  readonly port: () => number
  readonly webFolder: string
  readonly logger: { level: string; stream?: NodeJS.WritableStream }
  /** The principal of the socket in the data folder. */
  readonly system: (orgSlug: string | null) => Promise<Principal>
}

export interface HttpServer {
  readonly app: FastifyInstance
  /** Serves the same routes on the socket in the data folder, where the caller is the system itself. */
  readonly socketServer: Server
  /** Who an upgrade to a WebSocket comes from. Throws `foreign_host`, `foreign_origin`, `forbidden`. */
  readonly contextOfUpgrade: (
    request: IncomingMessage,
    params?: { token?: string; org?: string },
  ) => Promise<RequestContext>
  /** All that can be asked for. */
  readonly routes: readonly { readonly method: string; readonly url: string }[]
  readonly isStopping: () => boolean
  stop(): void
}

/** When stopping, requests under way get so long: one that never ends must not keep the server from it. */
const UNDER_WAY_MS = 4_000
const OPEN_TO_ANY_HOST = new Set(['/healthz', '/readyz'])
/** The seed's endpoints that `SENTINELMESH_ANONYMOUS_ORG` opens. */
const ANONYMOUS_PATHS = new Set(['/log', '/logs', '/alerts', '/stats', '/ws/logs'])

/** Every route, behind the same door: host and origin first, then who is calling, then the body. */
export async function httpServer({
  deps,
  services,
  metrics,
  gate,
  port,
  webFolder,
  logger,
  system,
}: HttpDeps): Promise<HttpServer> {
  const contexts = new WeakMap<IncomingMessage, RequestContext>()
  const viaSocket = new WeakSet<IncomingMessage>()
  let stopping = false
  const cookie = () => cookieName(gate.secure, port())

  const app = fastify({
    bodyLimit: LIMITS.requestBytes,
    genReqId: () => randomUUID(),
    // A URL may carry a token or what someone searched for: only the path is logged.
    logger: {
      level: logger.level,
      ...(logger.stream === undefined ? {} : { stream: logger.stream }),
      serializers: {
        req: (request: FastifyRequest) => ({ method: request.method, path: pathOf(request.url) }),
        err: (error: Error) => ({ type: error.name, message: error.message, stack: error.stack ?? '' }),
      },
    },
    // One line a request, written below, that holds no query string.
    logController: new LogController({ disableRequestLogging: true }),
    routerOptions: { maxParamLength: 5_000 },
    exposeHeadRoutes: true,
    // Idle connections are closed; one with a request under way gets its reply.
    forceCloseConnections: 'idle',
    requestTimeout: LIMITS.requestArrivalMs,
    // A path that cannot be decoded reaches no hook.
    frameworkErrors(error, request, reply) {
      setSecurityHeaders(reply, gate.secure)
      replyError(reply, toDomainError(error), request.id)
    },
  })
  // Node counts a connection that never asked anything as busy, and browsers open such ones ahead.
  const underWay = new Map<Socket, number>()
  const count = (socket: Socket, more: 1 | -1) => {
    const now = underWay.get(socket)
    if (now !== undefined) underWay.set(socket, now + more)
  }
  app.server.on('connection', (socket: Socket) => {
    underWay.set(socket, 0)
    socket.once('close', () => underWay.delete(socket))
  })
  app.addHook('preClose', async () => {
    for (const [socket, requests] of underWay) if (requests <= 0) socket.destroy()
    setTimeout(() => app.server.closeAllConnections(), UNDER_WAY_MS).unref()
  })

  const principalOf = async (
    credential: Credential,
    orgSlug: string | null,
    request: IncomingMessage,
  ): Promise<Principal | null> => {
    if (viaSocket.has(request)) return system(orgSlug)
    if (credential !== null) {
      // The cookie counts for our own origin alone.
      if (credential.type === 'cookie' && ['foreign', 'allowed'].includes(gate.origin(request.headers))) return null
      return deps.identities.resolve(credential, orgSlug)
    }
    return anonymous(request)
  }

  const anonymous = async (request: IncomingMessage): Promise<Principal | null> => {
    const { anonymousOrg } = deps.config
    if (anonymousOrg === null || !ANONYMOUS_PATHS.has(pathOf(request.url ?? ''))) return null
    const forwarded = request.headers['x-forwarded-for'] ?? request.headers.forwarded ?? request.headers['x-real-ip']
    if (forwarded !== undefined || !['own', 'none'].includes(gate.origin(request.headers))) return null
    const org = await deps.orgBySlug(anonymousOrg)
    return org === undefined ? null : { type: 'anonymous', org }
  }

  const contextOf = (request: FastifyRequest): RequestContext => {
    const context = contexts.get(request.raw)
    if (context === undefined) throw new Error('a request has its context from its first hook on')
    return context
  }

  const routes: { readonly test: RegExp; readonly method: string; readonly url: string }[] = []
  app.addHook('onRoute', ({ url, method }) => {
    for (const one of [method].flat()) routes.push({ test: pathTest(url), method: one, url })
  })

  // Every body is bytes until a route reads it: what is JSON, and whose fault it is if not, the route decides.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

  app.addHook('onRequest', async (request, reply) => {
    count(request.raw.socket, 1)
    reply.header('x-request-id', request.id)
    setSecurityHeaders(reply, gate.secure)
    if (stopping) throw new DomainError('shutting_down')
    const path = pathOf(request.url)
    const local = viaSocket.has(request.raw)
    if (!local && !OPEN_TO_ANY_HOST.has(path)) gate.checkHost(request.headers)
    if (!local && answerCors(gate, request, reply)) return reply
    if (!local) checkOrigin(gate, request.method, request.headers)
    const credential = credentialOf(request.headers, cookie())
    const orgSlug = headerText(request.headers['x-sentinelmesh-org'])
    const principal = await principalOf(credential, orgSlug, request.raw)
    if (principal === null && request.routeOptions.config.credential === 'needed') {
      throw new DomainError(credential === null ? 'unauthenticated' : 'invalid_credentials')
    }
    contexts.set(request.raw, {
      requestId: request.id,
      remoteAddress: local ? null : gate.remoteAddress(request.raw),
      principal,
      refused: principal === null && credential?.type === 'bearer',
      cookie: {
        token: readCookie(request.headers.cookie, cookie()) ?? null,
        set: (token) => void reply.header('set-cookie', writeCookie(cookie(), token, gate.secure)),
        clear: () => void reply.header('set-cookie', writeCookie(cookie(), '', gate.secure)),
      },
    })
    return undefined
  })

  app.addHook('onResponse', async (request, reply) => {
    count(request.raw.socket, -1)
    const route = request.routeOptions.url ?? 'none'
    metrics.request(route, reply.statusCode, reply.elapsedTime / 1000)
    const about = {
      request_id: request.id,
      method: request.method,
      path: pathOf(request.url),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
    }
    if (reply.statusCode >= 500) request.log.error(about, 'request failed')
    else request.log.debug(about, 'request')
  })

  const onFault = (fault: unknown, requestId: string) => app.log.error({ err: fault, request_id: requestId }, 'fault')

  app.setErrorHandler((error, request, reply) => {
    const domain = toDomainError(error, request.routeOptions.bodyLimit)
    if (domain.code === 'internal') onFault(error, request.id)
    if (pathOf(request.url).startsWith('/trpc/')) return replyTrpcError(reply, domain, request.id)
    return replyError(reply, domain, request.id)
  })

  app.setNotFoundHandler((request, reply) => {
    const path = pathOf(request.url)
    const allowed = [
      ...new Set(routes.filter((route) => route.test.test(path)).map((route) => route.method)),
    ].toSorted()
    if (allowed.length === 0) return replyError(reply, new DomainError('no_route'), request.id)
    reply.header('allow', allowed.join(', '))
    return replyError(reply, new DomainError('method_not_allowed'), request.id)
  })

  legacyRoutes(app, deps, contextOf)
  logsRoutes(app, deps, services, contextOf)
  healthRoutes(app, deps, metrics, contextOf)
  docsRoutes(app, () => gate.publicOrigin)
  await app.register(fastifyTRPCPlugin, {
    prefix: '/trpc',
    trpcOptions: {
      router: appRouter,
      maxBatchSize: 20,
      createContext({ req }: { req: FastifyRequest }): Context {
        const context = contextOf(req)
        if (context.refused) throw new DomainError('invalid_credentials')
        return { ...context, services, drained: async () => {}, onFault }
      },
    },
  })
  await webRoutes(app, webFolder)
  await app.ready()

  return {
    app,
    socketServer: createServer((request, response) => {
      viaSocket.add(request)
      app.routing(request, response)
    }),
    async contextOfUpgrade(request, params) {
      gate.checkHost(request.headers)
      if (gate.origin(request.headers) === 'foreign') throw new DomainError('foreign_origin')
      const shown =
        params?.token === undefined
          ? credentialOf(request.headers, cookie())
          : ({ type: 'bearer', value: params.token } as const)
      const principal = await principalOf(
        shown,
        params?.org ?? headerText(request.headers['x-sentinelmesh-org']),
        request,
      )
      return {
        requestId: randomUUID(),
        remoteAddress: gate.remoteAddress(request),
        principal,
        refused: principal === null && shown?.type === 'bearer',
        cookie: { token: null, set: () => {}, clear: () => {} },
      }
    },
    routes,
    isStopping: () => stopping,
    stop() {
      stopping = true
    },
  }
}

export function pathOf(url: string): string {
  const query = url.indexOf('?')
  return query < 0 ? url : url.slice(0, query)
}

function headerText(header: string | string[] | undefined): string | null {
  const text = [header ?? ''].flat()[0] ?? ''
  return text === '' ? null : text
}

/** A path of the router as a test of paths: `:name` is one segment, `*` any rest. */
function pathTest(pattern: string): RegExp {
  const escaped = pattern.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
  return new RegExp(`^${escaped.replaceAll(/:[^/]+/g, '[^/]+').replaceAll('*', '.*')}$`)
}
