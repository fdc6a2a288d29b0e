import { STATUS_CODES, type IncomingMessage, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { getWSConnectionHandler, type CreateWSSContextFnOptions } from '@trpc/server/adapters/ws'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Principal, Services } from '@sentinelmesh/api'
import { DomainError, ERRORS, LIMITS, allows } from '@sentinelmesh/api/constants'
import { appRouter, type Context } from '@sentinelmesh/api/server'
import { withDeadline } from '@sentinelmesh/flow/deadline'
import type { Identities } from '../auth/identities.ts'
import { pathOf, type UpgradeContext } from '../http/requests/callers.ts'
import { replyCounter } from '../http/replies/reply-bytes.ts'
import type { HttpServer } from '../http/server.ts'
import { noteRefused } from '../audit/note-refused.ts'
import type { Deps } from '../services/verb.ts'
import { boundCalls } from './bound-calls.ts'
import { drainedOf, takenBy } from './drained.ts'
import { encoder } from './encode.ts'
import { legacyTailStart, sendLegacyTail } from './legacy-tail.ts'
import { socketCounts } from './socket-counts.ts'

/** Close codes of a WebSocket, RFC 6455 §7.4.1. */
const GOING_AWAY = 1001
const POLICY_VIOLATION = 1008
const INTERNAL_ERROR = 1011

export interface Sockets {
  count(): number
  /** Tells every peer that the server is going away, and waits until they are gone or `ms` have passed. */
  close(ms: number): Promise<void>
}

export interface SocketDeps {
  readonly server: Server
  readonly http: HttpServer
  readonly deps: Deps<'auditTally' | 'bus' | 'identities' | 'shared'>
  readonly services: Services
  readonly onFault: (fault: unknown, requestId: string) => void
}

/** Serves `/trpc` and `/ws/logs` on the HTTP server. */
export function openSockets({ server, http, deps, services, onFault }: SocketDeps): Sockets {
  const options = { noServer: true, maxPayload: LIMITS.socketMessageBytes, perMessageDeflate: false }
  const trpcSockets = new WebSocketServer(options)
  const legacySockets = new WebSocketServer({
    ...options,
    handleProtocols: (protocols) => (protocols.has('bearer') ? 'bearer' : false),
  })
  const counts = socketCounts()
  const contexts = new WeakMap<IncomingMessage, UpgradeContext>()

  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy())
    void accept(request, stream, head).catch((error: unknown) => {
      if (!(error instanceof DomainError)) onFault(error, 'upgrade')
      refuse(stream, error instanceof DomainError ? error : new DomainError('internal'))
    })
  })

  async function accept(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> {
    if (http.isStopping()) throw new DomainError('shutting_down')
    const path = pathOf(request.url ?? '')
    if (path === '/trpc') {
      const context = await http.contextOfUpgrade(request)
      if (context.refused !== null) throw new DomainError(context.refused)
      contexts.set(request, context)
      trpcSockets.handleUpgrade(request, stream, head, (socket) => {
        if (admit(socket, context)) trpcSockets.emit('connection', socket, request)
      })
      return
    }
    if (path !== '/ws/logs') throw new DomainError('no_route')
    const context = await http.contextOfUpgrade(request, legacyCredential(request))
    const { principal } = context
    if (principal === null) throw new DomainError(context.refused ?? 'invalid_credentials')
    if (!allows(principal, 'logs.read')) {
      const refused = new DomainError('forbidden', { action: 'logs.read' })
      noteRefused(deps, context, refused)
      throw refused
    }
    const after = await legacyTailStart(deps, request, principal)
    legacySockets.handleUpgrade(request, stream, head, (socket) => {
      legacySockets.emit('connection', socket, request)
      if (!admit(socket, context)) return
      credentials.watch(socket, principal, () => http.contextOfUpgrade(request, legacyCredential(request)))
      void sendLegacyTail(deps, socket, request, { principal, after }).catch((error: unknown) => {
        onFault(error, context.requestId)
        socket.close(INTERNAL_ERROR)
      })
    })
  }

  /** Returns false if the socket exceeded a limit and was closed. */
  function admit(socket: WebSocket, context: UpgradeContext): boolean {
    const added = counts.add(context)
    if (typeof added !== 'string') socket.once('close', added)
    else socket.close(POLICY_VIOLATION, added)
    return typeof added !== 'string'
  }

  keepAlive(legacySockets)
  const credentials = watchCredentials(deps.identities, (fault) => onFault(fault, 'sockets'))

  const calls = {
    wss: trpcSockets,
    router: appRouter,
    keepAlive: { enabled: true, pingMs: LIMITS.socketPingMs, pongWaitMs: 10_000 },
    async createContext({ req, res: socket, info }: CreateWSSContextFnOptions): Promise<Context> {
      const org = info.connectionParams?.['org']
      const before = contexts.get(req)
      const resolve = () => http.contextOfUpgrade(req, org === undefined ? {} : { org })
      const context = org === undefined && before !== undefined ? before : await resolve()
      credentials.watch(socket, context.principal, resolve)
      const onRefused = (error: DomainError) => noteRefused(deps, context, error)
      const gone = new AbortController()
      socket.once('close', () => gone.abort(new DomainError('cancelled')))
      return {
        ...context,
        gone: gone.signal,
        services,
        drained: drainedOf(socket, req.socket),
        holdTail: tailsOfOneSocket(),
        onFault,
        onRefused,
        // Each call has a reply of its own.
        onReply: (result) => replyCounter()(result),
      }
    },
  }
  trpcSockets.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    const { socketCalls: allowed } = LIMITS
    const bound = boundCalls(encoder, {
      allowed,
      taken: () => takenBy(socket, request.socket),
      refuse: () =>
        socket.close(POLICY_VIOLATION, `At most ${allowed} calls can be in flight on a WebSocket (limit socketCalls).`),
    })
    getWSConnectionHandler({ ...calls, experimental_encoder: bound })(socket, request)
  })

  return {
    count: () => trpcSockets.clients.size + legacySockets.clients.size,
    async close(ms) {
      credentials.stop()
      // Makes tRPC's clients open another connection.
      for (const socket of trpcSockets.clients)
        if (socket.readyState === socket.OPEN) socket.send(encoder.encode({ id: null, method: 'reconnect' }))
      const all = [...trpcSockets.clients, ...legacySockets.clients]
      for (const socket of all) socket.close(GOING_AWAY, 'The server is stopping.')
      const gone = Promise.all(
        all.map(
          (socket) =>
            new Promise<void>((resolve) =>
              socket.readyState === socket.CLOSED ? resolve() : socket.once('close', () => resolve()),
            ),
        ),
      )
      await withDeadline(gone, ms)
      for (const socket of all) socket.terminate()
      trpcSockets.close()
      legacySockets.close()
    },
  }
}

/** Sockets are limited per principal. This limits the tails of a single socket. */
function tailsOfOneSocket(): () => Disposable {
  let held = 0
  return () => {
    const { tailsPerSocket: allowed } = LIMITS
    if (held >= allowed)
      throw new DomainError('rate_limited', {
        say: `This connection follows the log ${allowed} times already (limit tailsPerSocket). End one of these tails first, or open another connection.`,
        limit: 'tailsPerSocket',
        allowed,
      })
    held++
    return { [Symbol.dispose]: () => void held-- }
  }
}

/**
 * Reads an access token from the query or the subprotocol. An API key is not accepted, because it must not be in a URL.
 */
function legacyCredential(request: IncomingMessage): { token?: string } {
  const protocols = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim())
  const bearer = protocols[0] === 'bearer' ? protocols[1] : undefined
  if (bearer !== undefined) return { token: bearer }
  const token = new URL(request.url ?? '/', 'http://localhost').searchParams.get('token')
  if (token === null) return {}
  return { token: token.startsWith('smk_') ? '' : token }
}

function refuse(stream: Duplex, error: DomainError): void {
  // A peer that never closes its half of the connection must not keep it open.
  stream.once('finish', () => stream.destroy())
  const { http } = ERRORS[error.code]
  const body = JSON.stringify({
    detail: error.message,
    error: error.message,
    message: error.message,
    details: null,
    code: error.code,
  })
  stream.end(
    `HTTP/1.1 ${http} ${STATUS_CODES[http] ?? ''}\r\nConnection: close\r\nContent-Type: application/json; charset=utf-8\r\nCache-Control: no-store\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${http === 401 ? 'WWW-Authenticate: Bearer\r\n' : ''}\r\n${body}`,
  )
}

/**
 * Closes a socket when its credential changes: the key was revoked, the browser signed out, the token expired, or the
 * role changed. It checks after each change by this server, and periodically for expiry and for changes by other
 * programs.
 */
function watchCredentials(identities: Identities, onFault: (fault: unknown) => void) {
  const watched = new Map<WebSocket, { was: string; resolve: () => Promise<UpgradeContext> }>()
  let looking = Promise.resolve()
  let asked = false

  async function look(): Promise<void> {
    asked = false
    for (const [socket, { was, resolve }] of watched) {
      const now = await resolve().then(
        ({ principal }) => JSON.stringify(principal),
        (error: unknown) => (error instanceof DomainError ? 'refused' : Promise.reject(error)),
      )
      if (now !== was) socket.close(POLICY_VIOLATION, 'The credential no longer holds.')
    }
  }
  function lookSoon(): void {
    if (asked) return
    asked = true
    looking = looking.then(look).catch(onFault)
  }

  identities.onForget(lookSoon)
  const timer = setInterval(lookSoon, LIMITS.socketPingMs)
  timer.unref()
  return {
    /** A socket without a principal has no credential to watch. */
    watch(socket: WebSocket, principal: Principal | null, resolve: () => Promise<UpgradeContext>): void {
      if (principal === null) return
      watched.set(socket, { was: JSON.stringify(principal), resolve })
      socket.once('close', () => watched.delete(socket))
    },
    stop: () => clearInterval(timer),
  }
}

/** Terminates a peer that does not answer a ping before the next one. */
function keepAlive(sockets: WebSocketServer): void {
  const answered = new WeakSet<WebSocket>()
  sockets.on('connection', (socket: WebSocket) => {
    answered.add(socket)
    socket.on('pong', () => answered.add(socket))
  })
  const timer = setInterval(() => {
    for (const socket of sockets.clients) {
      if (answered.delete(socket)) socket.ping()
      else socket.terminate()
    }
  }, LIMITS.socketPingMs)
  timer.unref()
  sockets.on('close', () => clearInterval(timer))
}
