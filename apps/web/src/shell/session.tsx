import type { QueryClient } from '@tanstack/react-query'
import { createContext, use } from 'react'
import type { LiveSocket } from '../live/socket.ts'
import type { Pulse } from '../live/pulse.ts'
import type { Client } from '../trpc.ts'
import type { inferRouterOutputs } from '@trpc/server'
import { ACCESS } from '@sentinelmesh/api/constants'
import type { Action, AppRouter } from '@sentinelmesh/api'

export type AuthStatus = inferRouterOutputs<AppRouter>['auth']['status']
export type Me = NonNullable<AuthStatus['me']>

/** Everything a page of an org shares: who looks at it, its calls, its socket. */
export interface Session {
  readonly slug: string
  readonly client: Client
  readonly queries: QueryClient
  readonly status: AuthStatus
  readonly me: Me
  readonly socket: LiveSocket
  readonly pulse: Pulse
  /** The server says that nobody is signed in any more: asks for it over the page. */
  readonly onSignedOut: () => void
  /** Silences the live region while a list stands still. */
  readonly setQuiet: (quiet: boolean) => void
  readonly isQuiet: () => boolean
}

export const SessionContext = createContext<Session | null>(null)

export function useSession(): Session {
  const session = use(SessionContext)
  if (session === null) throw new Error('A page of an organization is shown outside its frame.')
  return session
}

/** Whether the role of the signed-in user allows it. The server checks it again. */
export function useMay(action: Action): boolean {
  const { me } = useSession()
  const roles: readonly string[] = ACCESS[action].roles
  return roles.includes(me.role)
}

/** `Owner or admin`: who may do it, for those who may not. */
export function whoMay(action: Action): string {
  const [first = '', ...rest] = ACCESS[action].roles
  const named = [first.charAt(0).toUpperCase() + first.slice(1), ...rest]
  return named.length < 2 ? named.join('') : `${named.slice(0, -1).join(', ')} or ${named.at(-1) ?? ''}`
}
