import { isUtf8 } from 'node:buffer'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate, constants } from 'node:zlib'
import { bodyOf } from './http-messages.ts'
import type { Inspector, Outcome, Unread } from './inspector.ts'
import { LIMITS } from './limits.ts'
import { readMessages, readText } from './message.ts'
import { dataOf, eventSplitter, withData, type Piece } from './pieces.ts'
import { pump, sink, type Passed } from './pump.ts'
import { headersOf } from './upstream.ts'

export interface Passing {
  readonly response: ServerResponse
  readonly reply: IncomingMessage
  /** Null where nothing is looked at. */
  readonly look: Inspector | null
  /** A message of ours to the server. */
  readonly answerServer: (text: string) => void
}

type Looking = Passing & { readonly look: Inspector; readonly stream: Readable }

/** Passes a reply of the MCP server on to the client. */
export function passOn(passing: Passing): Promise<void> {
  const { response, reply, look } = passing
  const { stream, encoding } = decoded(reply)
  const type = (reply.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  const isReadable = encoding === null
  if (look !== null && isReadable && type === 'text/event-stream') return passEvents({ ...passing, look, stream })
  if (look !== null && isReadable && type === 'application/json') return passJson({ ...passing, look, stream })
  // Pages of errors are for people.
  if (look !== null && (reply.statusCode ?? 502) < 300)
    return passUnread({ ...passing, look, stream }, isReadable ? { content_type: type } : { encoding })
  writeHead(response, reply, isReadable)
  return copy(stream, response)
}

/** It is only known with the first of it that there is something that could be read. */
async function passUnread({ response, reply, look, stream }: Looking, why: Unread): Promise<void> {
  const { head, rest } = await bodyOf(stream, 0)
  const outcome: Outcome = head.length === 0 ? { type: 'pass' } : look.unread('server', why)
  if (outcome.type !== 'pass') {
    reply.destroy()
    response.writeHead(200, { 'content-type': 'application/json' }).end(outcome.on)
    return undefined
  }
  writeHead(response, reply, !('encoding' in why))
  return finish(response, head, rest)
}

/** Event by event, as they come; comments keep the connection alive and pass. */
async function passEvents({ response, reply, look, stream, answerServer }: Looking): Promise<void> {
  const headers = headersOf(reply).filter(([name]) => !/^(?:content-encoding|x-accel-buffering)$/i.test(name))
  response.writeHead(reply.statusCode ?? 200, [...headers, ['x-accel-buffering', 'no']].flat() as never)
  response.flushHeaders()
  response.once('close', () => reply.destroy())
  let ofLong: Outcome = { type: 'pass' }
  const inspect = (piece: Piece): Passed | Promise<Passed> => {
    const event = piece.type === 'whole' ? piece.bytes.toString('utf8') : ''
    const became = (known: Outcome): Passed => {
      if (known.type === 'pass') return piece.bytes
      if (known.back !== null) answerServer(known.back)
      return known.on === null ? null : Buffer.from(withData(event, known.on))
    }
    if (piece.type === 'part') {
      if (piece.first) ofLong = look.unread('server', { limit_bytes: LIMITS.messageBytes })
      return ofLong.type === 'pass' || piece.last ? became(ofLong) : null
    }
    const data = dataOf(event)
    if (data === null) return piece.bytes
    const outcome = look.fromServer(readText(data, isUtf8(piece.bytes)))
    return outcome instanceof Promise ? outcome.then(became) : became(outcome)
  }
  const out = sink(response)
  await pump(stream, eventSplitter(LIMITS.messageBytes), inspect, out)
  // A stream that broke off must not look like one that ended.
  if (reply.complete) out.end()
  else response.destroy()
}

async function passJson({ response, reply, look, stream, answerServer }: Looking): Promise<void> {
  response.once('close', () => reply.destroy())
  const body = await bodyOf(stream, LIMITS.messageBytes)
  const outcome =
    body.rest === null
      ? await look.fromServer(readMessages(body.head))
      : look.unread('server', { limit_bytes: LIMITS.messageBytes })
  if (outcome.type === 'pass') {
    writeHead(response, reply, true)
    return finish(response, body.head, body.rest)
  }
  if (body.rest !== null) reply.destroy()
  if (outcome.back !== null) answerServer(outcome.back)
  const headers = headersOf(reply).filter(([name]) => name.toLowerCase() !== 'content-encoding')
  response.writeHead(reply.statusCode ?? 200, headers.flat() as never)
  response.end(outcome.on ?? '')
  return undefined
}

interface Content {
  readonly stream: Readable
  /** One that nobody asked for and that is not read here; else null. */
  readonly encoding: string | null
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
