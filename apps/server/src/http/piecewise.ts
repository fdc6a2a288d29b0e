import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { DomainError } from '@sentinelmesh/api/constants'

/**
 * For replies that come piece by piece, at the pace of their reader. What is refused before the first piece is refused
 * as usual. Who hangs up ends the work; a server that stops, and work that fails, break the connection off, so that a
 * part is never taken for the whole.
 */
export function piecewiseReplies(
  app: FastifyInstance,
): (reply: FastifyReply, begin: (signal: AbortSignal) => AsyncIterable<string>) => Promise<Readable> {
  const running = new Set<FastifyReply>()
  app.addHook('preClose', async () => {
    for (const reply of running) reply.raw.destroy()
  })
  return async (reply, begin) => {
    const stop = new AbortController()
    const iterator = begin(stop.signal)[Symbol.asyncIterator]()
    running.add(reply)
    reply.raw.once('close', () => {
      running.delete(reply)
      stop.abort(new DomainError('cancelled'))
      // Frees what it holds, such as its slot, even if nobody has read a piece. It waits for a piece under way.
      void iterator.return?.().catch(() => {})
    })
    const first = await iterator.next()
    return Readable.from(pieces(first, iterator), { objectMode: false })
  }
}

async function* pieces(first: IteratorResult<string>, rest: AsyncIterator<string>): AsyncGenerator<string, void> {
  for (let piece = first; !piece.done; piece = await rest.next()) yield piece.value
}
