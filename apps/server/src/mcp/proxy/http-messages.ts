import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { PassThrough, type Readable } from 'node:stream'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import type { Unread } from './inspector.ts'
import { isObject, type Read } from './message.ts'
import { codeOf } from './upstream.ts'

export interface Body {
  /** All of it, unless there is more. */
  readonly head: Buffer
  /** What follows where it is longer than is read. */
  readonly rest: Readable | null
  /** How it is compressed. */
  readonly encoding: string
}

/** Reads a body up to a bound; what is longer stays a stream. Throws where it breaks off. */
export async function bodyOf(stream: Readable, mostBytes: number): Promise<Body> {
  const headers = 'headers' in stream ? (stream as IncomingMessage).headers : {}
  const encoding = (headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  const chunks: Buffer[] = []
  let bytes = 0
  const source = stream[Symbol.asyncIterator]()
  for (;;) {
    const next = (await source.next()) as IteratorResult<Buffer, undefined>
    if (next.done === true) return { head: Buffer.concat(chunks), rest: null, encoding }
    chunks.push(next.value)
    bytes += next.value.length
    if (bytes > mostBytes) return { head: Buffer.concat(chunks), rest: restOf(source), encoding }
  }
}

function restOf(source: AsyncIterator<Buffer>): Readable {
  const rest = new PassThrough()
  const copy = async () => {
    for (let next = await source.next(); next.done !== true; next = await source.next())
      if (!rest.write(next.value)) await new Promise((resolve) => rest.once('drain', resolve))
    rest.end()
  }
  copy().catch((error: unknown) => rest.destroy(error instanceof Error ? error : undefined))
  return rest
}

/** What a body says, uncompressed, or why it cannot be read. */
export async function plainOf({ head, rest, encoding }: Body, mostBytes: number): Promise<Buffer | Unread> {
  if (rest !== null) return { limit_bytes: mostBytes }
  if (encoding === 'identity' || encoding === '') return head
  const read = Object.hasOwn(INFLATE, encoding) ? INFLATE[encoding as keyof typeof INFLATE] : undefined
  if (read === undefined) return { encoding }
  return read(head, { maxOutputLength: mostBytes }).catch((error: unknown) =>
    codeOf(error) === 'ERR_BUFFER_TOO_LARGE' ? { limit_bytes: mostBytes } : { encoding },
  )
}

const INFLATE = { gzip: promisify(gunzip), deflate: promisify(inflate), br: promisify(brotliDecompress) } as const

/** Whether a request says in its headers that it is another than it is in its body. */
export function headerMismatch(headers: IncomingHttpHeaders, read: Read): boolean {
  if (read.type !== 'messages') return false
  const method = headers['mcp-method']
  const name = headers['mcp-name']
  return read.messages.some((message) => {
    const { params } = message.value
    const target = isObject(params) ? (params['name'] ?? params['uri']) : undefined
    const isOtherMethod = typeof method === 'string' && plain(method) !== message.method
    return isOtherMethod || (typeof name === 'string' && typeof target === 'string' && plain(name) !== target)
  })
}

/** Values that no header can hold are sent as `=?base64?…?=`. */
function plain(value: string): string {
  const encoded = /^=\?base64\?(.*)\?=$/.exec(value)?.[1]
  return encoded === undefined ? value : Buffer.from(encoded, 'base64').toString('utf8')
}
