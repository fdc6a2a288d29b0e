import type { FastifyReply } from 'fastify'

/** Aborts when the caller hangs up before its reply has left: what is done for it ends. */
export function hangUp({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController()
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort()
  })
  return gone.signal
}
