import { createTRPCClient, createWSClient, httpLink, wsLink, type TRPCClient } from '@trpc/client'
import { WebSocket, type ClientOptions } from 'ws'
import type { inferProcedureInput } from '@trpc/server'
import type { AppRouter, BacktestItem, Row, TailItem } from '@sentinelmesh/api'
import { OPERATIONS } from '@sentinelmesh/api/server'
import { expect } from 'vitest'
import type { z } from 'zod'
import { until } from './until.ts'

type Headers = Readonly<Record<string, string>>
type Body = string | Uint8Array | object

/** A client with one credential or none. */
export interface Client {
  readonly headers: Headers
  readonly trpc: TRPCClient<AppRouter>
  with(headers: Headers): Client
  get(path: string, headers?: Headers): Promise<Response>
  /** Sends an object as JSON. Sends a string or bytes unchanged, as JSON unless `headers` names another type. */
  post(path: string, body: Body, headers?: Headers): Promise<Response>
  request(method: string, path: string, headers?: Headers): Promise<Response>
  /** Like `post`, with another method. */
  send(method: string, path: string, body: object): Promise<Response>
  /** Subscribes to `logs.tail` over a WebSocket, from a cursor on. */
  tail(input?: { after?: string; lastEventId?: string; q?: string }): Tail
  /** Subscribes to `rules.backtest` over a WebSocket. */
  backtest(input: BacktestInput): Backtest
  socket(path: string, options?: { protocols?: string[]; headers?: Headers }): TextSocket
}

export function client({
  url,
  headers = {},
  fetch: send = fetch,
}: {
  url: string
  headers?: Headers
  fetch?: typeof fetch
}): Client {
  const sendCall = (input: URL | string, init?: object) => send(input, init)
  const request = (method: string, path: string, extra: Headers = {}) =>
    send(`${url}${path}`, { method, headers: { ...headers, ...extra }, redirect: 'manual' })
  return {
    headers,
    trpc: createTRPCClient<AppRouter>({
      links: [httpLink({ url: `${url}/trpc`, headers: { ...headers }, fetch: sendCall })],
    }),
    with: (extra) => client({ url, headers: { ...headers, ...extra }, fetch: send }),
    get: (path, extra) => request('GET', path, extra),
    request,
    post(path, body, extra = {}) {
      const isText = typeof body === 'string' || body instanceof Uint8Array
      return send(`${url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers, ...extra },
        body: isText ? (body as string) : JSON.stringify(body),
      })
    },
    send: (method, path, body) =>
      send(`${url}${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    tail: (input = {}) => openTail(url, headers, input),
    backtest: (input) => openBacktest(url, headers, input),
    socket: (path, { protocols = [], headers: extra = {} } = {}) =>
      textSocket(`${url.replace('http', 'ws')}${path}`, protocols, { headers: { ...headers, ...extra } }),
  }
}

/** Parses the body of a reply as JSON. */
export async function json<Body = Record<string, unknown>>(reply: Response | Promise<Response>): Promise<Body> {
  return (await (await reply).json()) as Body
}

export interface Tail extends Disposable {
  readonly items: readonly TailItem[]
  readonly rows: readonly Row[]
  readonly snippets: readonly string[]
  /** The error that ended the subscription, if any. */
  readonly error: unknown
  /** The number of times that the connection was closed. */
  readonly closes: number
  /** The last cursor that the tail reported. */
  readonly cursor: string | undefined
  /** Waits until `count` entries have arrived. */
  entries(count: number): Promise<void>
  /** Waits until the tail reports this cursor. */
  reached(cursor: string): Promise<void>
  /** Waits for the first item or an error. */
  answered(): Promise<void>
  /** Waits until the tail has a start position, so that it misses nothing posted from now on. */
  begun(): Promise<void>
}

function openTail(url: string, headers: Headers, input: { after?: string; lastEventId?: string; q?: string }): Tail {
  const wsClient = createWSClient({
    url: `${url.replace('http', 'ws')}/trpc`,
    WebSocket: withHeaders(headers),
    retryDelayMs: () => 20,
    onClose: () => (closes += 1),
  })
  let closes = 0
  const items: TailItem[] = []
  let error: unknown
  const subscription = createTRPCClient<AppRouter>({ links: [wsLink({ client: wsClient })] }).logs.tail.subscribe(
    input,
    {
      onData: ({ data }) => items.push(asDeclared(OPERATIONS.logs.tail.output, data)),
      onError: (problem) => (error = problem),
    },
  )
  const rows = () => items.flatMap((item) => (item.type === 'entry' ? [item.entry] : []))
  const cursor = () => items.flatMap((item) => (item.type === 'progress' ? [item.cursor] : [])).at(-1)
  return {
    items,
    get rows() {
      return rows()
    },
    get snippets() {
      return rows().map((row) => row.snippet)
    },
    get error() {
      return error
    },
    get closes() {
      return closes
    },
    get cursor() {
      return cursor()
    },
    entries: (count) => until(() => rows().length >= count, `the tail has ${count} entries (it has ${rows().length})`),
    reached: (wanted) => until(() => cursor() === wanted, `the tail is at ${wanted} (it is at ${cursor()})`),
    answered: () => until(() => items.length > 0 || error !== undefined, 'the tail answers'),
    begun: () => until(() => cursor() !== undefined, 'the tail begins'),
    [Symbol.dispose]() {
      subscription.unsubscribe()
      void wsClient.close()
    },
  }
}

type BacktestInput = inferProcedureInput<AppRouter['rules']['backtest']>

export interface Backtest extends Disposable {
  readonly items: readonly BacktestItem[]
  readonly error: unknown
  /** Waits for the first item or an error. */
  answered(): Promise<void>
  /** Waits for the result, which is the last item. */
  result(): Promise<Extract<BacktestItem, { type: 'result' }>>
}

function openBacktest(url: string, headers: Headers, input: BacktestInput): Backtest {
  const wsClient = createWSClient({
    url: `${url.replace('http', 'ws')}/trpc`,
    WebSocket: withHeaders(headers),
    retryDelayMs: () => 20,
  })
  const items: BacktestItem[] = []
  let error: unknown
  const subscription = createTRPCClient<AppRouter>({ links: [wsLink({ client: wsClient })] }).rules.backtest.subscribe(
    input,
    {
      onData: (item) => items.push(asDeclared(OPERATIONS.rules.backtest.output, item)),
      onError: (problem) => (error = problem),
    },
  )
  const found = () => items.find((item) => item.type === 'result')
  return {
    items,
    get error() {
      return error
    },
    answered: () => until(() => items.length > 0 || error !== undefined, 'the backtest answers'),
    async result() {
      await until(() => found() !== undefined || error !== undefined, 'the backtest ends')
      const result = found()
      if (result === undefined) throw new Error('The backtest was refused.', { cause: error })
      return result
    },
    [Symbol.dispose]() {
      subscription.unsubscribe()
      void wsClient.close()
    },
  }
}

/** tRPC does not validate the items of a subscription, so the tests do. An item must not have more than its schema. */
function asDeclared<Item>(schema: z.ZodType<Item>, item: Item): Item {
  expect(schema.parse(item)).toEqual(item)
  return item
}

/** Returns a class like the browser's WebSocket that sets these headers, as only a non-browser client can. */
function withHeaders(headers: Headers): typeof globalThis.WebSocket {
  return class extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols, { headers: { ...headers } })
    }
  } as unknown as typeof globalThis.WebSocket
}

export interface TextSocket extends Disposable {
  readonly socket: WebSocket
  readonly messages: readonly string[]
  /** Set once the socket is closed. */
  readonly closed: { readonly code: number; readonly reason: string } | undefined
  /** Waits for the reply to the upgrade and returns its status (101 on success). */
  opened(): Promise<number>
  messagesUpTo(count: number): Promise<void>
  close(): Promise<{ code: number; reason: string }>
}

function textSocket(url: string, protocols: string[], options: ClientOptions): TextSocket {
  const socket = new WebSocket(url, protocols, options)
  const messages: string[] = []
  let closed: { code: number; reason: string } | undefined
  let status: number | undefined
  let failure: Error | undefined
  socket.on('open', () => (status = 101))
  socket.on('unexpected-response', (_request, reply) => {
    status = reply.statusCode
    reply.resume()
    socket.terminate()
  })
  socket.on('error', (error) => (failure = error))
  socket.on('message', (data) => messages.push(String(data)))
  socket.on('close', (code, reason) => (closed = { code, reason: String(reason) }))
  return {
    socket,
    messages,
    get closed() {
      return closed
    },
    async opened() {
      await until(
        () => status !== undefined || (closed !== undefined && failure !== undefined),
        'the upgrade is answered',
      )
      if (status === undefined) throw failure ?? new Error('no upgrade')
      return status
    },
    messagesUpTo: (count) =>
      until(() => messages.length >= count, `${count} messages arrive (${messages.length} have arrived)`),
    async close() {
      await until(() => closed !== undefined, 'the socket closes')
      return closed ?? { code: 0, reason: '' }
    },
    [Symbol.dispose]: () => socket.terminate(),
  }
}
