import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Conversation } from '../conversation/conversation.ts'
import { inspector as makeInspector, type Inspector, type Outcome } from '../inspector.ts'
import { readMessages } from '../json-rpc/message.ts'
import { LIMITS } from '../limits.ts'
import type { Gate } from '../verdicts/gate.ts'
import { decompress, headerMismatch, readBody, type Body } from './http-body.ts'
import { forwardReply } from './http-reply.ts'
import { codeOf } from './error-code.ts'
import { forward, headersOf, sendTo } from './http-upstream.ts'

export interface HttpOptions {
  /** The endpoint of the MCP server. */
  readonly upstream: URL
  readonly host: string
  readonly port: number
  readonly gate: Gate
  /** Starts a conversation for a session id, or for one request without a session. */
  readonly newConversation: (session: string | null) => Conversation
}

export interface HttpProxy {
  readonly url: string
  close(): Promise<void>
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'DELETE', 'OPTIONS'])
const SESSIONS = 1_000

/** A reverse proxy for one MCP server over streamable HTTP. It serves programs on this machine only. */
export async function proxyHttp(options: HttpOptions): Promise<HttpProxy> {
  const { upstream, host, port: wanted, gate, newConversation } = options
  let port = wanted
  /** By session id. Beyond `SESSIONS` the least recently used one is dropped. */
  const sessions = new Map<string, Connection>()

  function connectionOf(session: string | null): Connection {
    const known = session === null ? undefined : sessions.get(session)
    if (known !== undefined) return known
    const conversation = newConversation(session)
    return { conversation, inspector: makeInspector(conversation, gate) }
  }

  function remember(session: string, connection: Connection): void {
    sessions.delete(session)
    sessions.set(session, connection)
    const [oldest] = sessions.keys()
    if (sessions.size > SESSIONS && oldest !== undefined) sessions.delete(oldest)
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = foreignRequest(request, port)
    if (refusal !== null) return sendError(response, 403, refusal)
    const target = targetOf(request.url ?? '/', upstream)
    if (target === null) return sendError(response, 404, `This proxy answers under ${upstream.pathname} only.`)
    if (!METHODS.has(request.method ?? '')) return sendError(response, 405, 'Only GET, POST and DELETE are passed on.')

    const session = firstOf(request.headers['mcp-session-id'])
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const body = await readBody(request, LIMITS.messageBytes)
    const connection = connectionOf(session)
    const { conversation, inspector } = connection
    if (session !== null) remember(session, connection)
    const isEndpoint = target.pathname === upstream.pathname
    if (isEndpoint && request.method === 'POST') {
      const outcome = await inspectRequest(request, body, inspector, gone.signal)
      if (outcome.type !== 'pass') return sendRefusal(response, outcome.back)
    }
    if (gone.signal.aborted) return undefined
    const reply = await forward({ request, target, body, signal: gone.signal }).catch(
      (error: unknown) => error as Error,
    )
    if (reply instanceof Error) {
      if (!gone.signal.aborted) sendError(response, 502, `The MCP server does not answer (${codeOf(reply)}).`)
      return undefined
    }
    const opened = firstOf(reply.headers['mcp-session-id'])
    if (session === null && opened !== null) {
      conversation.open(opened)
      remember(opened, connection)
    }
    if (request.method === 'DELETE' && session !== null) {
      gate.report([conversation.note('disconnect', { session })])
      sessions.delete(session)
    }
    if (isRedirection(reply)) {
      reply.resume()
      return sendError(
        response,
        502,
        'The MCP server answers with a redirection, which is not followed. Give the address where it is as --url.',
      )
    }
    return forwardReply({
      response,
      reply,
      inspector: isEndpoint && request.method !== 'OPTIONS' ? inspector : null,
      answerServer: (text) => void answerServer(request, target, text),
    })
  }

  async function inspectRequest(
    { headers }: IncomingMessage,
    body: Body,
    inspector: Inspector,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const plain = await decompress(body, LIMITS.messageBytes)
    if (Buffer.isBuffer(plain)) {
      const read = readMessages(plain)
      return inspector.fromClient(read, { transport: { headerMismatch: headerMismatch(headers, read) }, signal })
    }
    return inspector.unreadable('client', plain)
  }

  /** Refuses a request of the server the way a client answers it: with a POST of its own. */
  async function answerServer(request: IncomingMessage, target: URL, text: string): Promise<void> {
    const headers = headersOf(request).filter(
      ([name]) => !/^(?:accept|content-(?:type|encoding)|last-event-id|mcp-(?:method|name))$/i.test(name),
    )
    const reply = await sendTo(
      target,
      'POST',
      [...headers, ['content-type', 'application/json'], ['accept', 'application/json, text/event-stream']],
      { head: Buffer.from(text), rest: null },
    ).catch(() => null)
    reply?.resume()
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => {
      if (response.headersSent) response.destroy()
      else sendError(response, 502, 'This could not be passed on.')
    })
  })
  // The streams of an MCP server may be idle for hours.
  server.requestTimeout = 0
  server.timeout = 0
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(wanted, host, resolve)
  })
  port = (server.address() as AddressInfo).port
  const shown = host.includes(':') ? `[${host}]` : host
  return {
    url: `http://${shown}:${port}${upstream.pathname}${upstream.search}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

interface Connection {
  readonly conversation: Conversation
  readonly inspector: Inspector
}

/**
 * Why a request is rejected, or null. Pages of other sites can reach a local port, also by DNS rebinding, so that the Host and
 * the Origin must be those of the proxy.
 */
function foreignRequest({ headers }: IncomingMessage, port: number): string | null {
  if (!isOwn(headers.host ?? '', port))
    return 'This proxy answers programs on this machine only: the Host is not its own.'
  const { origin } = headers
  if (origin === undefined) return null
  const isLocal = URL.canParse(origin) && new URL(origin).protocol === 'http:' && isOwn(new URL(origin).host, port)
  return isLocal ? null : 'Pages of that origin may not speak to this proxy.'
}

function isOwn(host: string, port: number): boolean {
  const [, name = '', given = '80'] = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(host.toLowerCase()) ?? []
  return ['127.0.0.1', '[::1]', 'localhost'].includes(name) && Number(given) === port
}

/** Allows the endpoint and the OAuth metadata for it. Nothing else on that server can be reached. */
function targetOf(path: string, upstream: URL): URL | null {
  if (!path.startsWith('/')) return null
  const url = new URL(`http://proxy.invalid${path}`)
  const isMetadata =
    /^\/\.well-known\/(?:oauth-protected-resource|oauth-authorization-server|openid-configuration)(?:\/|$)/.test(
      url.pathname,
    )
  if (url.pathname !== upstream.pathname && !isMetadata) return null
  const target = new URL(upstream)
  target.pathname = url.pathname
  target.search = url.search === '' && !isMetadata ? upstream.search : url.search
  return target
}

function isRedirection({ statusCode = 502 }: IncomingMessage): boolean {
  return statusCode >= 300 && statusCode < 400 && statusCode !== 304
}

function sendError(response: ServerResponse, status: number, sentence: string): void {
  const error = { code: -32_000, message: `SentinelMesh: ${sentence}` }
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error }))
}

/** The status is 200, because a tool error is a result. A notification has no response. */
function sendRefusal(response: ServerResponse, answer: string | null): void {
  if (answer === null) response.writeHead(202).end()
  else response.writeHead(200, { 'content-type': 'application/json' }).end(answer)
}

function firstOf(header: string | string[] | undefined): string | null {
  return (Array.isArray(header) ? header[0] : header) ?? null
}
