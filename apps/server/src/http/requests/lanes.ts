import type { Principal } from '@sentinelmesh/api'
import type { BodyPool } from './bodies.ts'

/**
 * The purpose of a request, from its path alone. Every lane except `ordinary` has reserved room that no other traffic
 * can take: an agent must not be able to disable its own guard, or keep its owner from signing in, by flooding the
 * server.
 */
export type Lane = 'verdict' | 'sign-in' | 'health' | 'ordinary'

const SIGN_IN_PATHS = new Set(['/token', '/token/refresh', '/register'])
const HEALTH_PATHS = new Set(['/health', '/healthz', '/readyz', '/metrics'])
const VERDICT_PATHS = new Set(['/api/v1/verdict', '/api/v1/mcp/verdict', '/api/v1/mcp/definitions'])
/** `/late` is excluded, because it delivers events that already happened. */
const HOOK_PATH = /^\/api\/v1\/hook\/[^/]+$/

export function laneOf(path: string): Lane {
  if (path.startsWith('/trpc/')) return laneOfCalls(path.slice('/trpc/'.length))
  if (SIGN_IN_PATHS.has(path)) return 'sign-in'
  if (HEALTH_PATHS.has(path)) return 'health'
  return VERDICT_PATHS.has(path) || HOOK_PATH.test(path) ? 'verdict' : 'ordinary'
}

/** The path of a batch lists its procedures. The batch is in a lane only if all of them are. */
function laneOfCalls(list: string): Lane {
  const names = list.split(',')
  if (names.every((name) => name.startsWith('auth.'))) return 'sign-in'
  return names.every((name) => name === 'verdicts.check') ? 'verdict' : 'ordinary'
}

export function bodyPoolOf(lane: Lane, principal: Principal | null): BodyPool {
  if (principal === null || principal.type === 'anonymous') return 'open'
  return lane === 'verdict' ? 'verdict' : 'ordinary'
}

/** The user or key that bytes and connections count for, across orgs. Null for other principals. */
export function callerOf(principal: Principal | null): string | null {
  switch (principal?.type) {
    case 'user':
    case 'token':
      return `user ${principal.userId}`
    case 'key':
      return `key ${principal.keyId}`
    default:
      return null
  }
}
