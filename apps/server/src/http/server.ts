import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import type { Services } from '@sentinelmesh/api'
import { DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { writeCookie, writeDeviceCookie } from '../auth/cookie.ts'
import { networkOf } from '../auth/network.ts'
import type { Metrics } from './metrics.ts'
import { noteRefused } from '../audit/note-refused.ts'
import type { ServiceDeps } from '../services/verb.ts'
import { bodies, BODY_POOLS, type BodyHolder } from './requests/bodies.ts'
import { callers, pathOf, type CallerDeps, type Callers } from './requests/callers.ts'
import { connections } from './requests/connections.ts'
import { answerCors } from './requests/cors.ts'
import { docsRoutes } from './routes/docs.ts'
import { checkOrigin } from './requests/edge.ts'
import { exportRoute } from './routes/export.ts'
import { hangUp } from './requests/hang-up.ts'
import { healthRoutes } from './routes/health.ts'
import { hookRoutes } from './routes/hook.ts'
import { knownRoutes, type KnownRoutes } from './requests/known-routes.ts'
import { bodyPoolOf, callerOf, laneOf, type Lane } from './requests/lanes.ts'
import { legacyRoutes } from './legacy/legacy.ts'
import { mcpRoute } from './routes/mcp.ts'
import { otlpRoutes } from './routes/otlp.ts'
import { boundReplies } from './replies/reply-bytes.ts'
import { operationRoutes } from './routes/operations.ts'
import { reportRoute } from './routes/report.ts'
import { replyError, replyTrpcError, toDomainError } from './replies/reply-error.ts'
import type { RequestContext } from './requests/request-context.ts'
import { rulesFileRoute } from './routes/rules-file.ts'
import { setSecurityHeaders } from './requests/security-headers.ts'
import { trpcRoute } from './routes/trpc.ts'
import { verdictRoute } from './routes/verdict.ts'
import { webRoutes } from './routes/web.ts'
import { whoAmIRoute } from './routes/whoami.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Without a principal, the request is refused with 401 before the body is read. */
    credential?: 'needed'
  }
}

export interface HttpDeps extends CallerDeps {
  /** All of them: every route is added here. */
  readonly deps: ServiceDeps
  readonly services: Services
  readonly metrics: Metrics
  readonly webFolder: string
  readonly log: FastifyBaseLogger
}

export interface HttpServer {
  readonly app: FastifyInstance
  /** Serves the same routes on the socket in the data folder, where the caller is the system itself. */
  readonly socketServer: Server
  readonly contextOfUpgrade: Callers['ofUpgrade']
  /** All registered routes. */
  readonly routes: KnownRoutes['list']
  readonly isStopping: () => boolean
  stop(): void
}

const OPEN_TO_ANY_HOST = new Set(['/healthz', '/readyz'])

/** Serves all routes with the same checks: first host and origin, then the caller, then the body. */
export async function httpServer(options: HttpDeps): Promise<HttpServer> {
  const { deps, services, metrics, gate, webFolder, log } = options
  const contexts = new WeakMap<IncomingMessage, RequestContext>()
  const who = callers(options)
  const waiting = bodies({ clock: deps.clock, onRefused: metrics.refused })
  for (const pool of BODY_POOLS) metrics.bodyBytes(pool, () => waiting.heldBytes(pool))
  /** The parameters for reading a request's body, set once the caller is identified. */
  const unread = new WeakMap<IncomingMessage, { holder: BodyHolder; response: ServerResponse; mostBytes: number }>()
  /** Requests that wait for `100 Continue` before they send a body. */
  const expecting = new WeakMap<IncomingMessage, ServerResponse>()
  let stopping = false

  const app = fastify({
    bodyLimit: LIMITS.requestBytes,
    genReqId: () => randomUUID(),
    loggerInstance: log,
    // Logged below instead, as one line per request without the query string.
    logController: new LogController({ disableRequestLogging: true }),
    routerOptions: { maxParamLength: 5_000 },
    exposeHeadRoutes: true,
    // Closes idle connections on shutdown. A request in flight gets its reply.
    forceCloseConnections: 'idle',
    requestTimeout: LIMITS.requestArrivalMs,
    http: { headersTimeout: LIMITS.headersArrivalMs, connectionsCheckingInterval: 5_000 },
    // No hook runs for a path that cannot be decoded.
    frameworkErrors(error, request, reply) {
      setSecurityHeaders(reply, gate.secure)
      replyError(reply, toDomainError(error), request.id)
    },
  })
  const peers = connections(app, {
    networkOf({ remoteAddress = null }) {
      return gate.isShared(remoteAddress) ? null : networkOf(remoteAddress)
    },
    onRefused: metrics.refused,
  })
  metrics.connections(peers.count)
  app.addHook('preClose', async () => waiting.stop())

  const contextOf = (request: FastifyRequest): RequestContext => {
    const context = contexts.get(request.raw)
    if (context === undefined) throw new Error('a request has its context from its first hook on')
    return context
  }

  const routes = knownRoutes(app)
  boundReplies(app)
  // A route's work continues after its caller hangs up.
  app.addHook('onRoute', (route) => {
    const { handler } = route
    route.handler = function (request, reply) {
      const replied: unknown = handler.call(this, request, reply)
      contextOf(request).holdWhile(Promise.resolve(replied))
      return replied
    }
  })

  // Every body is raw bytes until a route parses it and decides whose fault a parse error is.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', ({ raw }: FastifyRequest) => {
    const about = unread.get(raw)
    if (about === undefined) throw new Error('who sends a body is known before it is read')
    // Sent only now, so that a caller whose request is refused has not sent its body in vain.
    expecting.get(raw)?.writeContinue()
    return waiting.read({ request: raw, ...about })
  })

  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
    setSecurityHeaders(reply, gate.secure)
    if (stopping) throw new DomainError('shutting_down')
    const path = pathOf(request.url)
    const local = who.isLocal(request.raw)
    if (!local && !OPEN_TO_ANY_HOST.has(path)) gate.checkHost(request.headers)
    if (!local && answerCors(gate, request, reply)) return reply
    if (!local) checkOrigin(gate, request.method, request.headers)
    const lane = laneOf(path)
    if (lane === 'ordinary' && peers.isReserved(request.raw.socket)) throw connectionsFull(reply)
    const { credential, cookieToken, deviceCookie, ...caller } = await who.ofRequest(request.raw, request.id)
    const { principal, remoteAddress } = caller
    const needsCredential = request.routeOptions.config.credential === 'needed' || isClosedCall(request, path, lane)
    if (principal === null && needsCredential) {
      const ended = credential?.type === 'cookie' ? 'invalid_credentials' : 'unauthenticated'
      throw new DomainError(caller.refused ?? ended)
    }
    const setCookie = (token: string) =>
      void reply.header('set-cookie', writeCookie(who.cookieName(), token, gate.secure))
    const setDevice = (device: string) =>
      void reply.header('set-cookie', writeDeviceCookie(who.deviceCookieName(), device, gate.secure))
    const isSmall = principal === null || lane === 'sign-in'
    const routeBytes = request.routeOptions.bodyLimit ?? LIMITS.requestBytes
    unread.set(request.raw, {
      holder: {
        pool: bodyPoolOf(lane, principal),
        org: principal?.org?.slug ?? null,
        caller: callerOf(principal),
        network: () => (gate.isShared(remoteAddress) ? null : networkOf(remoteAddress)),
      },
      response: reply.raw,
      mostBytes: isSmall ? Math.min(routeBytes, LIMITS.signInBytes) : routeBytes,
    })
    let gone: AbortSignal | undefined
    contexts.set(request.raw, {
      ...caller,
      // Created on first use, because most requests do not need it.
      get gone() {
        return (gone ??= hangUp(reply))
      },
      cookie: { token: cookieToken, set: setCookie, clear: () => setCookie(''), device: deviceCookie, setDevice },
      holdBody: (bytes) => waiting.hold(request.raw, bytes),
      holdWhile: (work) => waiting.holdWhile(request.raw, work),
      turn: (lane) => deps.ingest.turns.next(caller.principal?.org?.id ?? null, lane),
    })
    // No route would read the body.
    if (request.is404) return replyNotFound(request, reply)
    return undefined
  })

  const errors = new WeakMap<FastifyRequest, { readonly code: string; readonly limit: string | undefined }>()
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    metrics.request(route, reply.statusCode, reply.elapsedTime / 1000)
    const about = {
      request_id: request.id,
      method: request.method,
      path: pathOf(request.url),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      ...errors.get(request),
    }
    if (reply.statusCode >= 500 && !stopping) request.log.error(about, 'request failed')
    else request.log.debug(about, 'request')
  })

  const onFault = (fault: unknown, requestId: string) => app.log.error({ err: fault, request_id: requestId }, 'fault')

  app.setErrorHandler((error, request, reply) => {
    const domain = toDomainError(error, request.routeOptions.bodyLimit)
    errors.set(request, { code: domain.code, limit: domain.details.limit })
    if (domain.code === 'internal') onFault(error, request.id)
    const context = contexts.get(request.raw)
    if (domain.code === 'forbidden' && context !== undefined) noteRefused(deps, context, domain)
    if (pathOf(request.url).startsWith('/trpc/')) return replyTrpcError(reply, domain, request.id)
    return replyError(reply, domain, request.id)
  })

  function replyNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const allowed = routes.methodsOf(pathOf(request.url))
    if (allowed.length === 0) return replyError(reply, new DomainError('no_route'), request.id)
    reply.header('allow', allowed.join(', '))
    return replyError(reply, new DomainError('method_not_allowed'), request.id)
  }
  app.setNotFoundHandler(replyNotFound)

  legacyRoutes(app, deps, contextOf)
  operationRoutes(app, services, contextOf)
  reportRoute(app, deps, contextOf)
  otlpRoutes(app, deps, contextOf)
  exportRoute(app, services, contextOf)
  rulesFileRoute(app, deps, contextOf)
  mcpRoute(app, { deps, services }, contextOf)
  verdictRoute(app, deps, contextOf)
  hookRoutes(app, deps, contextOf)
  healthRoutes(app, deps, metrics, contextOf)
  whoAmIRoute(app, deps.clock, contextOf)
  docsRoutes(app, () => gate.publicOrigin)
  trpcRoute(app, { deps, services, contextOf, onFault })
  await webRoutes(app, webFolder)
  await app.ready()

  const answerLocally = (request: IncomingMessage, response: ServerResponse) => {
    who.markLocal(request)
    app.routing(request, response)
  }
  const socketServer = createServer(answerLocally)
  socketServer.on('checkContinue', (request, response) => {
    expecting.set(request, response)
    answerLocally(request, response)
  })
  app.server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    expecting.set(request, response)
    app.routing(request, response)
  })

  return {
    app,
    socketServer,
    contextOfUpgrade: who.ofUpgrade,
    routes: routes.list,
    isStopping: () => stopping,
    stop() {
      stopping = true
    },
  }
}

/** True for a tRPC call that needs a principal. It is refused before its body is read. */
function isClosedCall({ method }: FastifyRequest, path: string, lane: Lane): boolean {
  return method === 'POST' && path.startsWith('/trpc/') && lane !== 'sign-in'
}

function connectionsFull(reply: FastifyReply): DomainError {
  const { connections: allowed } = LIMITS
  reply.header('connection', 'close')
  return new DomainError('store_busy', {
    say: `${allowed} connections are open already (limit connections). Only verdicts, hooks, sign-in and health checks are answered on more. Nothing of this request was stored; send it again shortly.`,
    limit: 'connections',
    allowed,
    retryAfterSeconds: 1,
  })
}
