import type { FastifyInstance } from 'fastify'
import { DomainError, LIMITS } from '@sentinelmesh/api/constants'

/** Throws `too_large`: the last resort for what no page, list or entry should come to. Streams have bounds of their own. */
export function refuseLargeReply(bytes: number): void {
  const { replyBytes: allowed } = LIMITS
  if (bytes <= allowed) return
  throw new DomainError('too_large', {
    say: `This reply would have more than ${allowed} bytes (limit replyBytes). What was asked for is done if it changes something. Ask for less at a time, or in several requests.`,
    limit: 'replyBytes',
    allowed,
  })
}

/** For the calls of one request. */
export function replyCounter(): (bytes: number) => void {
  let sum = 0
  return (bytes) => {
    sum += bytes
    refuseLargeReply(sum)
  }
}

/** Every REST reply that is in memory when it is sent. */
export function boundReplies(app: FastifyInstance): void {
  app.addHook('onSend', async (_request, _reply, payload) => {
    if (typeof payload === 'string') refuseLargeReply(Buffer.byteLength(payload))
    return payload
  })
}
