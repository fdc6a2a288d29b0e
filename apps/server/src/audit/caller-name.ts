import type { Principal } from '@sentinelmesh/api'

/** The audit's name of a caller. */
export function callerName(principal: Principal | null): string {
  switch (principal?.type) {
    case 'user':
    case 'token':
      return `user:${principal.username}`
    case 'key':
      return `key:${principal.keyId}`
    case 'system':
      return `system:${principal.name}`
    default:
      return 'anonymous'
  }
}
