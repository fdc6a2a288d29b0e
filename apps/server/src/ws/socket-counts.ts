import type { Principal } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import { networkOf } from '../auth/network.ts'
import { callerOf } from '../http/requests/lanes.ts'

export interface SocketCounts {
  /** Counts a WebSocket until the returned function is called. Returns an error message if it exceeds a limit. */
  add(peer: SocketPeer): (() => void) | string
}

export interface SocketPeer {
  readonly principal: Principal | null
  readonly remoteAddress: string | null
}

/**
 * Limits WebSockets per credential, per org, for anonymous peers, and in total, to keep connections free for other
 * requests.
 */
export function socketCounts(
  most: Readonly<
    Record<'sockets' | 'socketsOrgShare' | 'socketsPerPrincipal' | 'socketsWithoutCredential', number>
  > = LIMITS,
): SocketCounts {
  const counts = new Map<string, number>()

  return {
    add({ principal, remoteAddress }) {
      const bounds: readonly (readonly [name: string, allowed: number, limit: string])[] = [
        [callerOf(principal) ?? `nobody ${networkOf(remoteAddress)}`, most.socketsPerPrincipal, 'socketsPerPrincipal'],
        principal === null || principal.org === null
          ? ['nobody', most.socketsWithoutCredential, 'socketsWithoutCredential']
          : [`org ${principal.org.id}`, most.sockets * most.socketsOrgShare, 'socketsOrgShare'],
        ['all', most.sockets, 'sockets'],
      ]
      for (const [name, allowed, limit] of bounds)
        if ((counts.get(name) ?? 0) >= allowed) return `At most ${allowed} WebSockets can be open (limit ${limit}).`
      const names = bounds.map(([name]) => name)
      for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
      return () => {
        for (const name of names) {
          const left = (counts.get(name) ?? 1) - 1
          if (left > 0) counts.set(name, left)
          else counts.delete(name)
        }
      }
    },
  }
}
