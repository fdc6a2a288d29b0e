import { isUtf8 } from 'node:buffer'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate, constants } from 'node:zlib'
import { bodyOf } from './http-messages.ts'
import type { Inspector, Outcome } from './inspector.ts'
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
    stream.once('data', () => look.unread('server', isReadable ? { content_type: type } : { encoding }))
  writeHead(response, reply, isReadable)
  return copy(stream, response)
}

/** Event by event, as they come; comments keep the connection alive and pass. */
async function passEvents({ response, reply, look, stream, answerServer }: Looking): Promise<void> {
  const headers = headersOf(reply).filter(([name]) => !/^(?:content-encoding|x-accel-buffering)$/i.test(name))
  response.writeHead(reply.statusCode ?? 200, [...headers, ['x-accel-buffering', 'no']].flat() as never)
  response.flushHeaders()
  response.once('close', () => reply.destroy())
  const inspect = (piece: Piece): Passed | Promise<Passed> => {
    if (piece.type === 'part') {
      if (piece.first) look.unread('server', { limit_bytes: LIMITS.messageBytes })
      return piece.bytes
    }
    const event = piece.bytes.toString('utf8')
    const data = dataOf(event)
    if (data === null) return piece.bytes
    const outcome = look.fromServer(readText(data, isUtf8(piece.bytes)))
    const passed = (known: Outcome): Passed => {
      if (known.type === 'pass') return piece.bytes
      if (known.back !== null) answerServer(known.back)
      return known.on === null ? null : Buffer.from(withData(event, known.on))
    }
    return outcome instanceof Promise ? outcome.then(passed) : passed(outcome)
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
  if (body.rest !== null) {
    look.unread('server', { limit_bytes: LIMITS.messageBytes })
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

function copy(stream: Readable, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', resolve)
    stream.once('error', () => response.destroy())
    stream.pipe(response)
  })
}
