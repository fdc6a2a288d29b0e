import type { TRPC_ERROR_CODE_KEY } from '@trpc/server/unstable-core-do-not-import'
import type { Action } from './access.ts'
import type { RuleProblem } from './server/rule-schemas.ts'

/**
 * Every error of the API: programs read the code, people read `say` or the error's own sentence. REST replies with
 * status `http` and the same code. Any other error is reported as `internal`.
 */
export const ERRORS = {
  invalid_input: { trpc: 'UNPROCESSABLE_CONTENT', http: 422, say: 'Something in the request is not as it should be.' },
  query_invalid: { trpc: 'UNPROCESSABLE_CONTENT', http: 422, say: 'The search text cannot be read.' },
  query_too_slow: { trpc: 'UNPROCESSABLE_CONTENT', http: 422, say: 'The search takes too long for an entry.' },
  rule_invalid: { trpc: 'UNPROCESSABLE_CONTENT', http: 422, say: 'The rule cannot be used as it is.' },
  cursor_invalid: {
    trpc: 'UNPROCESSABLE_CONTENT',
    http: 422,
    say: 'This cursor belongs to another list or is damaged. Start again without a cursor.',
  },
  unauthenticated: { trpc: 'UNAUTHORIZED', http: 401, say: 'Not authenticated' },
  invalid_credentials: { trpc: 'UNAUTHORIZED', http: 401, say: 'Could not validate credentials' },
  wrong_password: { trpc: 'UNAUTHORIZED', http: 401, say: 'Incorrect username or password' },
  forbidden: { trpc: 'FORBIDDEN', http: 403, say: 'Your role or key does not allow this.' },
  foreign_host: {
    trpc: 'FORBIDDEN',
    http: 403,
    say: 'This server does not answer under that host name. Set SENTINELMESH_PUBLIC_URL to the address that browsers use.',
  },
  foreign_origin: {
    trpc: 'FORBIDDEN',
    http: 403,
    say: 'Pages of that origin may not do this. Add the origin to SENTINELMESH_CORS_ORIGINS if they should.',
  },
  registration_closed: { trpc: 'FORBIDDEN', http: 403, say: 'Registration is closed. Ask an owner for an invitation.' },
  setup_token_invalid: {
    trpc: 'FORBIDDEN',
    http: 403,
    say: 'The set-up link is missing, used or not the newest. Open the link that the server printed when it started.',
  },
  username_taken: { trpc: 'BAD_REQUEST', http: 400, say: 'Username already registered' },
  not_found: { trpc: 'NOT_FOUND', http: 404, say: 'There is no such thing in this organization.' },
  no_route: { trpc: 'NOT_FOUND', http: 404, say: 'Not Found' },
  method_not_allowed: { trpc: 'METHOD_NOT_SUPPORTED', http: 405, say: 'Method Not Allowed' },
  conflict: { trpc: 'CONFLICT', http: 409, say: 'Someone else changed this meanwhile. Look again.' },
  org_exists: {
    trpc: 'CONFLICT',
    http: 409,
    say: 'An organization of that name exists. Joining it takes an invitation.',
  },
  too_large: { trpc: 'PAYLOAD_TOO_LARGE', http: 413, say: 'This is larger than allowed.' },
  too_expensive: {
    trpc: 'UNPROCESSABLE_CONTENT',
    http: 422,
    say: 'This takes more time or memory than one request may use.',
  },
  too_slow: { trpc: 'TIMEOUT', http: 408, say: 'The request arrived too slowly.' },
  unsupported_media_type: { trpc: 'UNSUPPORTED_MEDIA_TYPE', http: 415, say: 'This content type is not read here.' },
  rate_limited: { trpc: 'TOO_MANY_REQUESTS', http: 429, say: 'Too many attempts. Wait a little and try again.' },
  store_busy: {
    trpc: 'TOO_MANY_REQUESTS',
    http: 503,
    say: 'The server has too much to write at the moment. Nothing of this request was stored; send it again shortly.',
  },
  store_failed: {
    trpc: 'SERVICE_UNAVAILABLE',
    http: 503,
    say: 'The entries could not be written to disk. Nothing of this request was stored; send it again later.',
  },
  shutting_down: { trpc: 'SERVICE_UNAVAILABLE', http: 503, say: 'The server is stopping. Send it again shortly.' },
  cancelled: { trpc: 'CLIENT_CLOSED_REQUEST', http: 499, say: 'The caller left before this was answered.' },
  internal: { trpc: 'INTERNAL_SERVER_ERROR', http: 500, say: 'Something went wrong on our side.' },
} as const satisfies Record<string, { trpc: TRPC_ERROR_CODE_KEY; http: number; say: string }>

export type ErrorCode = keyof typeof ERRORS

/** One problem of one field, in the format that the seed's clients read. */
export interface Issue {
  readonly loc: readonly (string | number)[]
  readonly msg: string
  readonly type: string
}

/** The range of a problem in a search text, in UTF-16 units, and a proposed correction. */
export interface QueryProblem {
  readonly start: number
  readonly end: number
  readonly message: string
  readonly proposal?: string
}

export interface ErrorDetails {
  /** For `forbidden`: the action that was refused. */
  readonly action?: Action
  /** Replaces the code's own sentence if there is more to say. */
  readonly say?: string
  readonly issues?: readonly Issue[]
  readonly problems?: readonly QueryProblem[]
  /** The problems of a rule's text, with their places. */
  readonly ruleProblems?: readonly RuleProblem[]
  /** For `conflict`: who changed it in the meantime, when, and its current hash. */
  readonly changed?: { readonly by: string | null; readonly at: string | null; readonly hash: string }
  readonly limit?: string
  readonly allowed?: number
  readonly retryAfterSeconds?: number
}

export class DomainError extends Error {
  override readonly name = 'DomainError'
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, details: ErrorDetails = {}, options?: ErrorOptions) {
    super(details.say ?? ERRORS[code].say, options)
    this.code = code
    this.details = details
  }
}
