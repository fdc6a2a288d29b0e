import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { DomainError } from '@sentinelmesh/api/constants'
import type { RequestContext } from '../requests/request-context.ts'

/** A string, or its UTF-8 bytes. */
type Piece = string | Buffer

interface StreamedReply {
  readonly reply: FastifyReply
  /** Awaited before each piece, so that a large reply of one organization does not delay others. */
  readonly turn: RequestContext['turn']
  readonly begin: (signal: AbortSignal) => AsyncIterable<Piece>
}

/**
 * Writes a reply in chunks, at the pace of its reader. An error before the first chunk gets the usual error reply. A
 * client disconnect ends the work. If the server stops or the work fails later, the connection is reset, so that a
 * client cannot take a partial reply for a complete one.
 */
export function streamedReplies(app: FastifyInstance): (asked: StreamedReply) => Promise<Readable> {
  const running = new Set<FastifyReply>()
  app.addHook('preClose', async () => {
    for (const reply of running) reply.raw.destroy()
  })
  return async ({ reply, turn, begin }) => {
    const stop = new AbortController()
    const iterator = begin(stop.signal)[Symbol.asyncIterator]()
    running.add(reply)
    reply.raw.once('close', () => {
      running.delete(reply)
      stop.abort(new DomainError('cancelled'))
      // Frees resources such as the slot, even if no chunk was read. It waits for a chunk in progress.
      void iterator.return?.().catch(() => {})
    })
    await turn()
    const first = await iterator.next()
    return Readable.from(pieces(first, iterator, turn), { objectMode: false })
  }
}

async function* pieces(
  first: IteratorResult<Piece>,
  rest: AsyncIterator<Piece>,
  turn: StreamedReply['turn'],
): AsyncGenerator<Piece, void> {
  for (let piece = first; !piece.done; piece = await rest.next()) {
    yield piece.value
    await turn()
  }
}
