import type { FastifyReply } from 'fastify'
import { DomainError } from '@sentinelmesh/api/constants'

/** Aborts with `cancelled` if the caller hangs up before its reply is sent, so that the work for it ends. */
export function hangUp({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController()
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort(new DomainError('cancelled'))
  })
  return gone.signal
}
