import type { FastifyReply } from 'fastify'
import { DomainError, ERRORS, LIMITS } from '@sentinelmesh/api/constants'
import { errorShape } from '@sentinelmesh/api/server'
import { tooLarge } from '../../ingest/read-body.ts'

/**
 * Sends every error over REST: a row of `ERRORS` determines its status and body. The message has three names because
 * the seed's clients read different ones. Faults of fields are a list under `detail`.
 */
export function replyError(reply: FastifyReply, error: DomainError, requestId: string): FastifyReply {
  const { http } = ERRORS[error.code]
  const { issues, problems, ruleProblems, changed, limit, allowed, retryAfterSeconds } = error.details
  if (http === 401) reply.header('www-authenticate', 'Bearer')
  if (http === 429 || http === 503) reply.header('retry-after', String(retryAfterSeconds ?? 1))
  const about = { code: error.code, request_id: requestId }
  if (issues !== undefined) {
    const where = ['GET', 'DELETE'].includes(reply.request.method) ? 'query' : 'body'
    return reply.code(http).send({
      detail: issues.map(({ loc, msg, type }) => ({ type, loc: loc[0] === 'query' ? loc : [where, ...loc], msg })),
      ...about,
    })
  }
  return reply.code(http).send({
    detail: error.message,
    error: error.message,
    message: error.message,
    details: null,
    ...about,
    ...(problems === undefined ? {} : { problems }),
    ...(ruleProblems === undefined ? {} : { problems: ruleProblems }),
    ...(changed === undefined ? {} : { changed }),
    ...(limit === undefined ? {} : { limit, allowed }),
  })
}

/** The same for a request under `/trpc` that is refused before tRPC sees it. */
export function replyTrpcError(reply: FastifyReply, error: DomainError, requestId: string): FastifyReply {
  const { http } = ERRORS[error.code]
  if (http === 429 || http === 503) reply.header('retry-after', String(error.details.retryAfterSeconds ?? 1))
  return reply.code(http).send({ error: errorShape(error, requestId) })
}

/**
 * Maps the framework's client errors. Any other error is a bug of ours and is masked. `bodyLimit` is the route's limit
 * in bytes.
 */
export function toDomainError(error: unknown, bodyLimit: number = LIMITS.requestBytes): DomainError {
  if (error instanceof DomainError) return error
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return tooLarge(bodyLimit === LIMITS.legacyRequestBytes ? 'legacyRequestBytes' : 'requestBytes')
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new DomainError('unsupported_media_type')
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new DomainError('invalid_input', { say: 'The request is not well formed.' })
    case 'ECONNRESET':
      // The client is gone, so nobody reads this.
      return new DomainError('invalid_input', { say: 'The request was cut off.' })
    default:
      return new DomainError('internal', {}, { cause: error })
  }
}
