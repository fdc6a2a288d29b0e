import type { TRPCError } from '@trpc/server'
import { initTRPC } from '@trpc/server'
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/unstable-core-do-not-import'
import { z } from 'zod'
import type { Action } from '../access.ts'
import { authorise } from '../authorise.ts'
import { DomainError, ERRORS, type ErrorCode } from '../errors.ts'
import { toIssues } from './issues.ts'
import type { Call, Services } from '../services.ts'

export interface Context extends Omit<Call, 'signal'> {
  readonly requestId: string
  readonly services: Services
  /** Aborts when the caller's connection is closed. tRPC's own signal of a query over a socket never does. */
  readonly gone: AbortSignal
  /** Called with every error that is reported as `internal`. */
  readonly onFault: (fault: unknown, requestId: string) => void
  /** Called with each result. Throws `too_large` if the reply would have more than `LIMITS.replyBytes` with it. */
  readonly onReply: (result: unknown) => void
  /** Called with every `forbidden` error. */
  readonly onRefused: (error: DomainError) => void
}

const t = initTRPC.context<Context>().create({
  // Subscriptions use only WebSockets, which are counted, pinged, flow-controlled, and closed on shutdown.
  sse: { enabled: false },
  // A middleware would not work: it returns before a subscription yields, so it misses what the generator throws.
  errorFormatter: ({ error, ctx }) => {
    const domain = toDomainError(error)
    if (domain.code === 'internal') ctx?.onFault(error.cause ?? error, ctx.requestId)
    if (domain.code === 'forbidden') ctx?.onRefused(domain)
    return errorShape(domain, ctx?.requestId ?? null)
  },
})

/** An error in tRPC's format. Also used for requests under tRPC's path that are refused before tRPC sees them. */
export function errorShape({ code, details, message }: DomainError, requestId: string | null) {
  const { trpc, http: httpStatus } = ERRORS[code]
  return { message, code: TRPC_ERROR_CODES_BY_KEY[trpc], data: { code, details, httpStatus, requestId } }
}

const REFUSED_BY_TRPC: Partial<Record<string, ErrorCode>> = {
  NOT_FOUND: 'no_route',
  METHOD_NOT_SUPPORTED: 'method_not_allowed',
  UNSUPPORTED_MEDIA_TYPE: 'unsupported_media_type',
  PAYLOAD_TOO_LARGE: 'too_large',
}

export function toDomainError(error: TRPCError): DomainError {
  const { cause, code } = error
  if (cause instanceof DomainError) return cause
  // An invalid output is a ZodError too, but that is our bug. Only BAD_REQUEST is the caller's mistake.
  if (cause instanceof z.ZodError && code === 'BAD_REQUEST')
    return new DomainError('invalid_input', { issues: toIssues(cause) })
  if (code === 'BAD_REQUEST' || code === 'PARSE_ERROR')
    return new DomainError('invalid_input', { say: 'The request cannot be read as a call.' })
  return new DomainError(REFUSED_BY_TRPC[code] ?? 'internal')
}

export const router = t.router
/** For everyone, signed in or not. */
export const openProcedure = t.procedure
/**
 * A procedure for callers with this permission: 401 and 403 precede any error about the input. The service checks
 * again, because it has other callers too.
 */
export const procedureFor = (action: Action) =>
  t.procedure.use(async ({ ctx, next, type }) => {
    authorise(ctx.principal, action)
    const result = await next()
    // A subscription's items are bounded individually, by the size of an entry or of a backtest's result.
    if (result.ok && type !== 'subscription') ctx.onReply(result.data)
    return result
  })
