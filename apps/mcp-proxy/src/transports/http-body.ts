import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { PassThrough, type Readable } from 'node:stream'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import type { Unreadable } from '../inspector.ts'
import { isObject, type Read } from '../json-rpc/message.ts'
import { codeOf } from './error-code.ts'

export interface Body {
  /** The whole body if it is within the limit, otherwise its beginning. */
  readonly head: Buffer
  /** The rest of a body beyond the limit. */
  readonly rest: Readable | null
  /** The content encoding. */
  readonly encoding: string
}

/** Reads a body up to a limit and leaves the rest as a stream. Throws if the body breaks off. */
export async function readBody(stream: Readable, mostBytes: number): Promise<Body> {
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

/** The decompressed body, or the reason why it cannot be read. */
export async function decompress({ head, rest, encoding }: Body, mostBytes: number): Promise<Buffer | Unreadable> {
  if (rest !== null) return { limit_bytes: mostBytes }
  if (encoding === 'identity' || encoding === '') return head
  const inflateHead = Object.hasOwn(INFLATE, encoding) ? INFLATE[encoding as keyof typeof INFLATE] : undefined
  if (inflateHead === undefined) return { encoding }
  return inflateHead(head, { maxOutputLength: mostBytes }).catch((error: unknown) =>
    codeOf(error) === 'ERR_BUFFER_TOO_LARGE' ? { limit_bytes: mostBytes } : { encoding },
  )
}

const INFLATE = { gzip: promisify(gunzip), deflate: promisify(inflate), br: promisify(brotliDecompress) } as const

/** Returns whether the headers of a request name another method or target than its body. */
export function headerMismatch(headers: IncomingHttpHeaders, read: Read): boolean {
  if (read.type !== 'messages') return false
  const method = headers['mcp-method']
  const name = headers['mcp-name']
  return read.messages.some((message) => {
    const { params } = message.value
    const target = isObject(params) ? (params['name'] ?? params['uri']) : undefined
    const isOtherMethod = typeof method === 'string' && decoded(method) !== message.method
    return isOtherMethod || (typeof name === 'string' && typeof target === 'string' && decoded(name) !== target)
  })
}

/** Decodes `=?base64?…?=`, the form of values that a header cannot hold. */
function decoded(value: string): string {
  const encoded = /^=\?base64\?(.*)\?=$/.exec(value)?.[1]
  return encoded === undefined ? value : Buffer.from(encoded, 'base64').toString('utf8')
}
