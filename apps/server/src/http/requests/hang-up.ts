import type { FastifyReply } from 'fastify'
import { DomainError } from '@sentinelmesh/api/constants'

/** Aborts, with `cancelled`, when the caller hangs up before its reply has left: what is done for it ends. */
export function hangUp({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController()
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort(new DomainError('cancelled'))
  })
  return gone.signal
}
