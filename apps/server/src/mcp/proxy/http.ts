import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Conversation } from './conversation.ts'
import type { Gate } from './gate.ts'
import { bodyOf, headerMismatch, plainOf, type Body } from './http-messages.ts'
import { inspector, type Inspector, type Outcome } from './inspector.ts'
import { LIMITS } from './limits.ts'
import { readMessages } from './message.ts'
import { passOn } from './replies.ts'
import { codeOf, headersOf, send, sendTo } from './upstream.ts'

export interface HttpOptions {
  /** The endpoint of the MCP server. */
  readonly upstream: URL
  readonly host: string
  readonly port: number
  readonly gate: Gate
  /** A connection: of a session by its id, else of one request. */
  readonly talkOf: (session: string | null) => Conversation
}

export interface HttpProxy {
  readonly url: string
  close(): Promise<void>
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'DELETE', 'OPTIONS'])
const SESSIONS = 1_000

/** A reverse proxy for one MCP server over streamable HTTP. Only for programs on this machine. */
export async function proxyHttp(options: HttpOptions): Promise<HttpProxy> {
  const { upstream, host, port: wanted, gate, talkOf } = options
  let port = wanted
  /** Of each session what reads it; the longest unused goes. */
  const sessions = new Map<string, Connection>()

  function connectionOf(session: string | null): Connection {
    const known = session === null ? undefined : sessions.get(session)
    if (known !== undefined) return known
    const talk = talkOf(session)
    return { talk, look: inspector(talk, gate) }
  }

  function remember(session: string, connection: Connection): void {
    sessions.delete(session)
    sessions.set(session, connection)
    const [oldest] = sessions.keys()
    if (sessions.size > SESSIONS && oldest !== undefined) sessions.delete(oldest)
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = refused(request, port)
    if (refusal !== null) return say(response, 403, refusal)
    const target = targetOf(request.url ?? '/', upstream)
    if (target === null) return say(response, 404, `This proxy answers under ${upstream.pathname} only.`)
    if (!METHODS.has(request.method ?? '')) return say(response, 405, 'Only GET, POST and DELETE are passed on.')

    const session = oneOf(request.headers['mcp-session-id'])
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const body = await bodyOf(request, LIMITS.messageBytes)
    const connection = connectionOf(session)
    const { talk, look } = connection
    if (session !== null) remember(session, connection)
    const isEndpoint = target.pathname === upstream.pathname
    if (isEndpoint && request.method === 'POST') {
      const outcome = await judged(request, body, look, gone.signal)
      if (outcome.type !== 'pass') return sayRefused(response, outcome.back)
    }
    if (gone.signal.aborted) return undefined
    const reply = await send({ request, target, body, signal: gone.signal }).catch((error: unknown) => error as Error)
    if (reply instanceof Error) {
      if (!gone.signal.aborted) say(response, 502, `The MCP server does not answer (${codeOf(reply)}).`)
      return undefined
    }
    const opened = oneOf(reply.headers['mcp-session-id'])
    if (session === null && opened !== null) {
      talk.open(opened)
      remember(opened, connection)
    }
    if (request.method === 'DELETE' && session !== null) {
      gate.tell([talk.note('disconnect', { session })])
      sessions.delete(session)
    }
    if (isRedirection(reply)) {
      reply.resume()
      return say(
        response,
        502,
        'The MCP server answers with a redirection, which is not followed. Give the address where it is as --url.',
      )
    }
    return passOn({
      response,
      reply,
      look: isEndpoint && request.method !== 'OPTIONS' ? look : null,
      answerServer: (text) => void answerServer(request, target, text),
    })
  }

  async function judged(
    { headers }: IncomingMessage,
    body: Body,
    look: Inspector,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const plain = await plainOf(body, LIMITS.messageBytes)
    if (Buffer.isBuffer(plain)) {
      const read = readMessages(plain)
      return look.fromClient(read, { sent: { headerMismatch: headerMismatch(headers, read) }, signal })
    }
    return look.unread('client', plain)
  }

  /** What a server asked and was refused is answered to it as the client would: by a request of its own. */
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
    answer(request, response).catch(() => {
      if (response.headersSent) response.destroy()
      else say(response, 502, 'This could not be passed on.')
    })
  })
  // Streams of an MCP server may be silent for hours.
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
  readonly talk: Conversation
  readonly look: Inspector
}

/** Pages of other sites may reach a port of this machine, by DNS that is rebound too: they get nothing. */
function refused({ headers }: IncomingMessage, port: number): string | null {
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

/** The endpoint itself, and what says how to sign in to it; nothing else of that server can be reached. */
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

function say(response: ServerResponse, status: number, sentence: string): void {
  const error = { code: -32_000, message: `SentinelMesh: ${sentence}` }
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error }))
}

/** 200: a tool error is a result. A notification has no answer. */
function sayRefused(response: ServerResponse, answer: string | null): void {
  if (answer === null) response.writeHead(202).end()
  else response.writeHead(200, { 'content-type': 'application/json' }).end(answer)
}

function oneOf(header: string | string[] | undefined): string | null {
  return (Array.isArray(header) ? header[0] : header) ?? null
}
