import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { DomainError } from '@sentinelmesh/api/constants'
import type { RequestContext } from '../requests/request-context.ts'

/** A text, or its bytes in UTF-8. */
type Piece = string | Buffer

interface StreamedReply {
  readonly reply: FastifyReply
  /** Asked before each piece, so that large replies of one organization do not hold up others. */
  readonly turn: RequestContext['turn']
  readonly begin: (signal: AbortSignal) => AsyncIterable<Piece>
}

/**
 * Writes replies piece by piece, at the pace of their reader. An error before the first piece is answered as usual. The
 * work ends when the caller hangs up. If the server stops or the work fails later, the connection is broken off, so
 * that a part is never taken for the whole.
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
      // Frees what it holds, such as its slot, even if nobody has read a piece. It waits for a piece under way.
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
