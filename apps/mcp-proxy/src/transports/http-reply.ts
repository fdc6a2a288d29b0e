import { isUtf8 } from 'node:buffer'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate, constants } from 'node:zlib'
import type { Inspector, Outcome, Unreadable } from '../inspector.ts'
import { readMessages, readText } from '../json-rpc/message.ts'
import { LIMITS } from '../limits.ts'
import { dataOf, eventSplitter, withData, type Piece } from './framing.ts'
import { readBody } from './http-body.ts'
import { headersOf } from './http-upstream.ts'
import { pump, type Forwarded } from './pump.ts'
import { sink } from './sink.ts'

export interface Reply {
  readonly response: ServerResponse
  readonly reply: IncomingMessage
  /** Null if this reply is not inspected. */
  readonly inspector: Inspector | null
  /** Sends a message of the proxy to the server. */
  readonly answerServer: (text: string) => void
}

type InspectedReply = Reply & { readonly inspector: Inspector; readonly stream: Readable }

/** Forwards a reply of the MCP server to the client. */
export function forwardReply(forwarding: Reply): Promise<void> {
  const { response, reply, inspector } = forwarding
  const { stream, encoding } = decoded(reply)
  const type = (reply.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  const isReadable = encoding === null
  if (inspector !== null && isReadable && type === 'text/event-stream')
    return forwardEvents({ ...forwarding, inspector, stream })
  if (inspector !== null && isReadable && type === 'application/json')
    return forwardJson({ ...forwarding, inspector, stream })
  // Error pages are not inspected, because no client reads them as a message.
  if (inspector !== null && (reply.statusCode ?? 502) < 300)
    return forwardUnreadable({ ...forwarding, inspector, stream }, isReadable ? { content_type: type } : { encoding })
  writeHead(response, reply, isReadable)
  return copy(stream, response)
}

/** An empty body passes. Whether it is empty is known at its first byte. */
async function forwardUnreadable(
  { response, reply, inspector, stream }: InspectedReply,
  reason: Unreadable,
): Promise<void> {
  const { head, rest } = await readBody(stream, 0)
  const outcome: Outcome = head.length === 0 ? { type: 'pass' } : inspector.unreadable('server', reason)
  if (outcome.type !== 'pass') {
    reply.destroy()
    response.writeHead(200, { 'content-type': 'application/json' }).end(outcome.forward)
    return undefined
  }
  writeHead(response, reply, !('encoding' in reason))
  return finish(response, head, rest)
}

/** Forwards event by event. Comments pass, because they keep the connection alive. */
async function forwardEvents({ response, reply, inspector, stream, answerServer }: InspectedReply): Promise<void> {
  const headers = headersOf(reply).filter(([name]) => !/^(?:content-encoding|x-accel-buffering)$/i.test(name))
  response.writeHead(reply.statusCode ?? 200, [...headers, ['x-accel-buffering', 'no']].flat() as never)
  response.flushHeaders()
  response.once('close', () => reply.destroy())
  let longEvent: Outcome = { type: 'pass' }
  const inspect = (piece: Piece): Forwarded | Promise<Forwarded> => {
    const event = piece.type === 'whole' ? piece.bytes.toString('utf8') : ''
    const apply = (outcome: Outcome): Forwarded => {
      if (outcome.type === 'pass') return piece.bytes
      if (outcome.back !== null) answerServer(outcome.back)
      return outcome.forward === null ? null : Buffer.from(withData(event, outcome.forward))
    }
    if (piece.type === 'part') {
      if (piece.first) longEvent = inspector.unreadable('server', { limit_bytes: LIMITS.messageBytes })
      return longEvent.type === 'pass' || piece.last ? apply(longEvent) : null
    }
    const data = dataOf(event)
    if (data === null) return piece.bytes
    const outcome = inspector.fromServer(readText(data, isUtf8(piece.bytes)))
    return outcome instanceof Promise ? outcome.then(apply) : apply(outcome)
  }
  const out = sink(response)
  await pump(stream, eventSplitter(LIMITS.messageBytes), inspect, out)
  // A reply that broke off must not look complete.
  if (reply.complete) out.end()
  else response.destroy()
}

async function forwardJson({ response, reply, inspector, stream, answerServer }: InspectedReply): Promise<void> {
  response.once('close', () => reply.destroy())
  const body = await readBody(stream, LIMITS.messageBytes)
  const outcome =
    body.rest === null
      ? await inspector.fromServer(readMessages(body.head))
      : inspector.unreadable('server', { limit_bytes: LIMITS.messageBytes })
  if (outcome.type === 'pass') {
    writeHead(response, reply, true)
    return finish(response, body.head, body.rest)
  }
  if (body.rest !== null) reply.destroy()
  if (outcome.back !== null) answerServer(outcome.back)
  const headers = headersOf(reply).filter(([name]) => name.toLowerCase() !== 'content-encoding')
  response.writeHead(reply.statusCode ?? 200, headers.flat() as never)
  response.end(outcome.forward ?? '')
  return undefined
}

interface DecodedBody {
  readonly stream: Readable
  /** Set if the reply has an encoding that is not supported. */
  readonly encoding: string | null
}

/** Some servers compress although the proxy asks for `identity`. */
function decoded(reply: IncomingMessage): DecodedBody {
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
  if (decoder === null) return { stream: reply, encoding: encoding === 'identity' || encoding === '' ? null : encoding }
  reply.on('error', (error) => decoder.destroy(error))
  return { stream: reply.pipe(decoder), encoding: null }
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

async function finish(response: ServerResponse, head: Buffer, rest: Readable | null): Promise<void> {
  if (rest === null) return void response.end(head)
  response.write(head)
  return copy(rest, response)
}

function copy(stream: Readable, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', resolve)
    stream.once('error', () => response.destroy())
    stream.pipe(response)
  })
}
