import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { until } from './until.ts'

type Fetch = typeof fetch

/** Returns a `fetch` that uses a Unix domain socket. */
export function requestThrough(socketPath: string): Fetch {
  return async (input, init) => {
    const sent = new Request(input, init)
    const url = new URL(sent.url)
    const body = Buffer.from(await sent.arrayBuffer())
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          socketPath,
          path: url.pathname + url.search,
          method: sent.method,
          headers: { ...Object.fromEntries(sent.headers), host: url.host },
        },
        (reply) => resolve(new Response(Readable.toWeb(reply) as ReadableStream, { status: reply.statusCode ?? 500 })),
      )
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  }
}

export interface RawReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A TCP connection on which a test writes raw bytes. */
export interface RawConnection extends Disposable {
  write(bytes: string | Uint8Array): void
  readonly socket: Socket
  /** The bytes received so far. */
  received(): string
  readonly closed: boolean
}

/** Opens a connection. `from` is the address that the server sees, such as 127.0.0.2. */
export async function rawConnection(port: number, from = '127.0.0.1'): Promise<RawConnection> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from })
  const chunks: Buffer[] = []
  let closed = false
  socket.on('data', (chunk) => chunks.push(chunk))
  socket.on('close', () => (closed = true))
  socket.on('error', () => {})
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  return {
    socket,
    write: (bytes) => void socket.write(bytes),
    received: () => Buffer.concat(chunks).toString(),
    get closed() {
      return closed
    },
    [Symbol.dispose]: () => socket.destroy(),
  }
}

/** Sends a handwritten request that `fetch` would not allow. Resolves with the reply after the server closes. */
export async function rawRequest(
  port: number,
  head: readonly string[],
  body: string | Uint8Array = '',
): Promise<RawReply> {
  using connection = await rawConnection(port)
  const bytes = Buffer.from(body)
  const lines = head.some((line) => /^host:/i.test(line)) ? head : [...head, `Host: 127.0.0.1:${port}`]
  const length = bytes.length === 0 ? [] : [`Content-Length: ${bytes.length}`]
  connection.write(`${[...lines, ...length, 'Connection: close'].join('\r\n')}\r\n\r\n`)
  connection.write(bytes)
  await until(() => connection.closed, 'the server closes the connection')
  return parseReply(connection.received())
}

export function parseReply(text: string): RawReply {
  const split = text.indexOf('\r\n\r\n')
  const [first = '', ...lines] = text.slice(0, split).split('\r\n')
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  )
  return { status: Number(first.split(' ')[1]), headers, body: text.slice(split + 4) }
}

export interface PartialRequest {
  readonly path: string
  readonly key?: string
  /** The `Content-Length`. Null sends a chunked body, without a length. */
  readonly announcedBytes: number | null
  /** The request sends this number of bytes of the body. */
  readonly sentBytes: number
}

/** Sends a request with only the beginning of its body. Resolves when the bytes are written. */
export async function partialRequest(
  port: number,
  { path, key, announcedBytes, sentBytes }: PartialRequest,
): Promise<RawConnection> {
  const connection = await rawConnection(port)
  const head = [
    `POST ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    ...(key === undefined ? [] : [`X-Api-Key: ${key}`]),
    'Content-Type: application/json',
    announcedBytes === null ? 'Transfer-Encoding: chunked' : `Content-Length: ${announcedBytes}`,
  ]
  connection.write(`${head.join('\r\n')}\r\n\r\n`)
  await sendBytes(connection, sentBytes, announcedBytes === null)
  return connection
}

/** Sends spaces, which are valid before any JSON. Also resolves if the peer closes the connection. */
export async function sendBytes({ socket }: RawConnection, bytes: number, inChunks = false): Promise<void> {
  if (bytes === 0) return
  const blanks = ' '.repeat(bytes)
  const text = inChunks ? `${bytes.toString(16)}\r\n${blanks}\r\n` : blanks
  await new Promise<void>((resolve) => {
    socket.once('close', () => resolve())
    socket.write(text, () => resolve())
  })
}

/** Returns the counted body bytes of one pool, without the free bytes of each request. */
export async function bodyBytes(nobody: { get(path: string): Promise<Response> }, pool: string): Promise<number> {
  const text = await (await nobody.get('/metrics')).text()
  return Number(new RegExp(`^sentinelmesh_body_bytes\\{pool="${pool}"\\} (\\d+)$`, 'm').exec(text)?.[1])
}
