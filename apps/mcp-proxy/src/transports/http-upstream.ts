import { Agent as HttpAgent, request as requestHttp, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { codeOf } from './error-code.ts'
import type { Body } from './http-body.ts'

/** Headers of one connection only. They are not forwarded. */
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
  // Set again by the proxy, because it may decompress or replace the body.
  'content-length',
  'accept-encoding',
])
export type Header = readonly [name: string, value: string]

/** The headers as they were sent, without hop-by-hop headers and those that `Connection` names. */
export function headersOf({ rawHeaders, headers }: IncomingMessage): Header[] {
  const named = new Set((headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase()))
  return Array.from({ length: rawHeaders.length / 2 }, (_, n): Header => [
    rawHeaders[2 * n] ?? '',
    rawHeaders[2 * n + 1] ?? '',
  ]).filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()) && !named.has(name.toLowerCase()))
}

/** Shorter than the idle timeout of servers (5 s and more), so that a server does not close a connection that is reused. */
const KEEP_ALIVE = { keepAlive: true, timeout: 2_000 } as const
const agents = { http: new HttpAgent(KEEP_ALIVE), https: new HttpsAgent(KEEP_ALIVE) }

export interface ClientRequest {
  readonly request: IncomingMessage
  readonly target: URL
  readonly body: Body
  readonly signal: AbortSignal
}

/** Forwards a request of the client. */
export function forward({ request, target, body, signal }: ClientRequest): Promise<IncomingMessage> {
  return sendTo(target, request.method ?? 'GET', headersOf(request), body, signal)
}

export function sendTo(
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
        agent: isSecure ? agents.https : agents.http,
        headers: [
          ...headers,
          ['host', target.host],
          // The response is inspected.
          ['accept-encoding', 'identity'],
          ...(rest === null && (hasBody || method === 'POST') ? [['content-length', String(head.length)]] : []),
          ...(rest === null ? [] : [['transfer-encoding', 'chunked']]),
        ].flat() as never,
        ...(signal === undefined ? {} : { signal }),
        // The environment could turn this off.
        ...(isSecure ? { rejectUnauthorized: true } : {}),
      },
      resolve,
    )
    sent.on('error', (error) => {
      // The server may have closed a reused connection. A POST is not retried: the server may have run the call.
      const isStale = sent.reusedSocket && codeOf(error) === 'ECONNRESET' && method !== 'POST'
      if (isStale) resolve(sendTo(target, method, headers, { head, rest }, signal))
      else reject(error)
    })
    if (hasBody) sent.write(head)
    if (rest === null) sent.end()
    else rest.pipe(sent)
  })
}
