import { isUtf8 } from 'node:buffer'
import { createServer, request as requestHttp, type IncomingMessage, type ServerResponse } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate, constants } from 'node:zlib'
import type { Conversation } from './conversation.ts'
import { bodyOf, headerMismatch, plainOf, type Body } from './http-messages.ts'
import { inspector, type Inspector, type Outcome } from './inspector.ts'
import { LIMITS } from './limits.ts'
import { readMessages, readText } from './message.ts'
import { dataOf, eventSplitter, withData, type Piece } from './pieces.ts'
import { pump, sink, type Passed } from './pump.ts'
import type { Gate } from './gate.ts'

export interface HttpOptions {
  /** The endpoint of the MCP server. */
  readonly upstream: URL
  readonly host: string
  readonly port: number
  readonly gate: Gate
  /** A connection: of a session by its id, else of one request. */
  readonly talkOf: (session: string | null, agent?: string) => Conversation
}

export interface HttpProxy {
  readonly url: string
  close(): Promise<void>
}

/** Of one connection to another; they say nothing about the message. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
  'expect',
  // Said anew, since a body may be read or replaced on its way.
  'content-length',
  'accept-encoding',
])
const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'DELETE', 'OPTIONS'])
const SESSIONS = 1_000

/** A reverse proxy for one MCP server over streamable HTTP. Only for programs on this machine. */
export async function proxyHttp(options: HttpOptions): Promise<HttpProxy> {
  const { upstream, host, port: wanted, gate, talkOf } = options
  let port = wanted
  /** Of each session what reads it; the longest unused goes. */
  const sessions = new Map<string, Connection>()

  function connectionOf(session: string | null, agent?: string): Connection {
    const known = session === null ? undefined : sessions.get(session)
    const connection = known ?? connected(talkOf(session, agent), gate)
    if (session !== null) {
      sessions.delete(session)
      sessions.set(session, connection)
      const [oldest] = sessions.keys()
      if (sessions.size > SESSIONS && oldest !== undefined) sessions.delete(oldest)
    }
    return connection
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
    const { talk, look } = connectionOf(session)
    const isEndpoint = target.pathname === upstream.pathname
    if (isEndpoint && request.method === 'POST') {
      const plain = await plainOf(body, LIMITS.messageBytes)
      const read = plain === null ? null : readMessages(plain)
      if (read === null) look.tooLong('client', LIMITS.messageBytes)
      else {
        const sent = { headerMismatch: headerMismatch(request.headers, read) }
        const outcome = await look.fromClient(read, { sent, signal: gone.signal })
        if (outcome.type === 'refuse') return sayRefused(response, outcome.answer)
      }
    }
    if (gone.signal.aborted) return undefined
    const reply = await send({ request, target, body, signal: gone.signal }).catch((error: unknown) => error as Error)
    if (reply instanceof Error) {
      if (!gone.signal.aborted) say(response, 502, `The MCP server does not answer (${codeOf(reply)}).`)
      return undefined
    }
    const opened = oneOf(reply.headers['mcp-session-id'])
    if (session === null && opened !== null) connectionOf(opened, talk.agent())
    if (request.method === 'DELETE' && session !== null) {
      gate.tell([talk.note('disconnect', { session })])
      sessions.delete(session)
    }
    return passOn({ request, response, reply, look: isEndpoint ? look : null, target })
  }

  /** What a server asked and was refused is answered to it as the client would: by a request of its own. */
  async function answerServer(request: IncomingMessage, target: URL, text: string): Promise<void> {
    const headers = headersOf(request).filter(
      ([name]) => !/^(?:accept|content-type|last-event-id|mcp-(?:method|name))$/i.test(name),
    )
    const reply = await sendTo(
      target,
      'POST',
      [...headers, ['content-type', 'application/json'], ['accept', 'application/json, text/event-stream']],
      { head: Buffer.from(text), rest: null },
    ).catch(() => null)
    reply?.resume()
  }

  async function passOn({ request, response, reply, look, target }: Passing): Promise<void> {
    const status = reply.statusCode ?? 502
    if (status >= 300 && status < 400 && status !== 304) {
      reply.resume()
      return say(
        response,
        502,
        'The MCP server answers with a redirection, which is not followed. Give the address where it is as --url.',
      )
    }
    const content = decoded(reply)
    const type = (reply.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase()
    const back = (text: string) => void answerServer(request, target, text)
    const looks = look !== null && content.isReadable && request.method !== 'OPTIONS'
    if (looks && type === 'text/event-stream') return passEvents(response, reply, content.stream, look, back)
    if (looks && type === 'application/json') return passJson(response, reply, content.stream, look)
    if (look !== null && !content.isReadable) look.tooLong('server', 0)
    writeHead(response, reply, content.isReadable)
    return copy(content.stream, response)
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

function connected(talk: Conversation, gate: Gate): Connection {
  return { talk, look: inspector(talk, gate) }
}

interface Passing {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly reply: IncomingMessage
  /** Null where nothing is looked at. */
  readonly look: Inspector | null
  readonly target: URL
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

type Header = readonly [name: string, value: string]

/** As they were sent, but for those of the connection and those that `Connection` names. */
function headersOf({ rawHeaders, headers }: IncomingMessage): Header[] {
  const named = new Set((headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase()))
  return Array.from({ length: rawHeaders.length / 2 }, (_, n): Header => [
    rawHeaders[2 * n] ?? '',
    rawHeaders[2 * n + 1] ?? '',
  ]).filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()) && !named.has(name.toLowerCase()))
}

interface Sending {
  readonly request: IncomingMessage
  readonly target: URL
  readonly body: Body
  readonly signal: AbortSignal
}

function send({ request, target, body, signal }: Sending): Promise<IncomingMessage> {
  return sendTo(target, request.method ?? 'GET', headersOf(request), body, signal)
}

function sendTo(
  target: URL,
  method: string,
  headers: readonly Header[],
  { head, rest }: Pick<Body, 'head' | 'rest'>,
  signal?: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const isSecure = target.protocol === 'https:'
    const hasBody = head.length > 0 || rest !== null
    const sent = (isSecure ? requestHttps : requestHttp)(
      target,
      {
        method,
        headers: [
          ...headers,
          ['host', target.host],
          // What comes is looked at.
          ['accept-encoding', 'identity'],
          ...(rest === null && (hasBody || method === 'POST') ? [['content-length', String(head.length)]] : []),
          ...(rest === null ? [] : [['transfer-encoding', 'chunked']]),
        ].flat() as never,
        ...(signal === undefined ? {} : { signal }),
        // Whatever the environment says.
        ...(isSecure ? { rejectUnauthorized: true } : {}),
      },
      resolve,
    )
    sent.on('error', (error) => {
      // The server had closed a connection that was kept for later: it has not read this.
      const isStale = sent.reusedSocket && codeOf(error) === 'ECONNRESET' && rest === null
      if (isStale) resolve(sendTo(target, method, headers, { head, rest }, signal))
      else reject(error)
    })
    if (hasBody) sent.write(head)
    if (rest === null) sent.end()
    else rest.pipe(sent)
  })
}

interface Content {
  readonly stream: Readable
  /** False where it has an encoding that nobody asked for and that is not read here. */
  readonly isReadable: boolean
}

/** Some servers compress though they were told that nobody reads it. */
function decoded(reply: IncomingMessage): Content {
  const encoding = (reply.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  const flush = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH }
  const decoder =
    encoding === 'gzip' || encoding === 'x-gzip'
      ? createGunzip(flush)
      : encoding === 'deflate'
        ? createInflate(flush)
        : encoding === 'br'
          ? createBrotliDecompress()
          : null
  if (decoder === null) return { stream: reply, isReadable: encoding === 'identity' || encoding === '' }
  reply.on('error', (error) => decoder.destroy(error))
  return { stream: reply.pipe(decoder), isReadable: true }
}

function writeHead(response: ServerResponse, reply: IncomingMessage, isDecoded: boolean): void {
  const headers = headersOf(reply).filter(([name]) => !(isDecoded && name.toLowerCase() === 'content-encoding'))
  const { 'content-length': length, 'content-encoding': encoding } = reply.headers
  const isSame = length !== undefined && encoding === undefined
  response.writeHead(
    reply.statusCode ?? 502,
    [...headers, ...(isSame ? [['content-length', length]] : [])].flat() as never,
  )
}

function copy(stream: Readable, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', resolve)
    stream.once('error', () => response.destroy())
    stream.pipe(response)
  })
}

/** Event by event, as they come; comments keep the connection alive and pass. */
async function passEvents(
  response: ServerResponse,
  reply: IncomingMessage,
  stream: Readable,
  look: Inspector,
  answerServer: (text: string) => void,
): Promise<void> {
  const headers = headersOf(reply).filter(([name]) => !/^(?:content-encoding|x-accel-buffering)$/i.test(name))
  response.writeHead(reply.statusCode ?? 200, [...headers, ['x-accel-buffering', 'no']].flat() as never)
  response.flushHeaders()
  response.once('close', () => reply.destroy())
  const inspect = (piece: Piece): Passed | Promise<Passed> => {
    if (piece.type === 'part') {
      if (piece.first) look.tooLong('server', LIMITS.messageBytes)
      return piece.bytes
    }
    const event = piece.bytes.toString('utf8')
    const data = dataOf(event)
    if (data === null) return piece.bytes
    const outcome = look.fromServer(readText(data, isUtf8(piece.bytes)))
    const passed = (known: Outcome): Passed => {
      if (known.type === 'pass') return piece.bytes
      if (known.type === 'replace') return Buffer.from(withData(event, known.text))
      if (known.answer !== null) answerServer(known.answer)
      return null
    }
    return outcome instanceof Promise ? outcome.then(passed) : passed(outcome)
  }
  const out = sink(response)
  await pump(stream, eventSplitter(LIMITS.messageBytes), inspect, out)
  // A stream that broke off must not look like one that ended.
  if (reply.complete) out.end()
  else response.destroy()
}

async function passJson(
  response: ServerResponse,
  reply: IncomingMessage,
  stream: Readable,
  look: Inspector,
): Promise<void> {
  response.once('close', () => reply.destroy())
  const body = await bodyOf(stream, LIMITS.messageBytes)
  if (body.rest !== null) {
    look.tooLong('server', LIMITS.messageBytes)
    writeHead(response, reply, true)
    response.write(body.head)
    return copy(body.rest, response)
  }
  const outcome = await look.fromServer(readMessages(body.head))
  if (outcome.type === 'pass') {
    writeHead(response, reply, true)
    response.end(body.head)
    return undefined
  }
  const text = outcome.type === 'replace' ? outcome.text : ''
  const headers = headersOf(reply).filter(([name]) => name.toLowerCase() !== 'content-encoding')
  response.writeHead(reply.statusCode ?? 200, headers.flat() as never)
  response.end(text)
  return undefined
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

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : error.message
}
