import type { FastifyInstance } from 'fastify'
import { DomainError, LIMITS } from '@sentinelmesh/api/constants'

/**
 * Throws `too_large`. This is a last resort: pages, lists, and entries are bounded below it. Streams have other limits.
 */
export function refuseLargeReply(bytes: number): void {
  const { replyBytes: allowed } = LIMITS
  if (bytes <= allowed) return
  throw new DomainError('too_large', {
    say: `This reply would have more than ${allowed} bytes (limit replyBytes). What was asked for is done if it changes something. Ask for less at a time, or in several requests.`,
    limit: 'replyBytes',
    allowed,
  })
}

/** Counts the results of the calls of one request. A result is turned into JSON only if the reply may be too large. */
export function replyCounter(): (result: unknown) => void {
  const results: unknown[] = []
  let most = 0
  return (result) => {
    results.push(result)
    most += mostBytes(result)
    if (most > LIMITS.replyBytes) refuseLargeReply(results.reduce<number>((sum, one) => sum + bytesOf(one), 0))
  }
}

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value) ?? '')

/** An escaped character has at most six bytes. A number has at most 24 characters. */
const MOST_OF_CHARACTER = 6
const MOST_OF_NUMBER = 24

/** The maximum size of the value's JSON in bytes, including quotes and commas. */
function mostBytes(value: unknown): number {
  if (typeof value === 'string') return MOST_OF_CHARACTER * value.length + 3
  if (typeof value !== 'object' || value === null) return MOST_OF_NUMBER + 1
  let bytes = 3
  if (Array.isArray(value)) for (const item of value) bytes += mostBytes(item)
  else
    for (const [name, member] of Object.entries(value)) bytes += MOST_OF_CHARACTER * name.length + 3 + mostBytes(member)
  return bytes
}

/** Applies to every REST reply that is in memory when it is sent. */
export function boundReplies(app: FastifyInstance): void {
  app.addHook('onSend', async (_request, _reply, payload) => {
    if (typeof payload === 'string') refuseLargeReply(Buffer.byteLength(payload))
    return payload
  })
}
