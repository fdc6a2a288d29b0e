import { Agent as HttpAgent, request as requestHttp, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import type { Body } from './http-messages.ts'

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
export type Header = readonly [name: string, value: string]

/** As they were sent, but for those of the connection and those that `Connection` names. */
export function headersOf({ rawHeaders, headers }: IncomingMessage): Header[] {
  const named = new Set((headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase()))
  return Array.from({ length: rawHeaders.length / 2 }, (_, n): Header => [
    rawHeaders[2 * n] ?? '',
    rawHeaders[2 * n + 1] ?? '',
  ]).filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()) && !named.has(name.toLowerCase()))
}

/** Shorter than servers keep idle connections (5 s and more), so that none closes one while it is used again. */
const KEPT = { keepAlive: true, timeout: 2_000 } as const
const agents = { http: new HttpAgent(KEPT), https: new HttpsAgent(KEPT) }

export interface Sending {
  readonly request: IncomingMessage
  readonly target: URL
  readonly body: Body
  readonly signal: AbortSignal
}

export function send({ request, target, body, signal }: Sending): Promise<IncomingMessage> {
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
      // The server may have closed a connection that was kept for later. A call that it has read is not made twice.
      const isStale = sent.reusedSocket && codeOf(error) === 'ECONNRESET' && method !== 'POST'
      if (isStale) resolve(sendTo(target, method, headers, { head, rest }, signal))
      else reject(error)
    })
    if (hasBody) sent.write(head)
    if (rest === null) sent.end()
    else rest.pipe(sent)
  })
}

/** What went wrong, without what it was about. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return 'code' in error ? String(error.code) : error.message
}
