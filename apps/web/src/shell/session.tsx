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

/** The pages of an org share these: the user, the client, and the socket. */
export interface Session {
  readonly slug: string
  readonly client: Client
  readonly queries: QueryClient
  readonly status: AuthStatus
  readonly me: Me
  readonly socket: LiveSocket
  readonly pulse: Pulse
  /** Call when the server reports that nobody is signed in. Asks the user to sign in on top of the page. */
  readonly onSignedOut: () => void
  /** Silences the live region while a list is paused. */
  readonly setQuiet: (quiet: boolean) => void
  readonly isQuiet: () => boolean
}

export const SessionContext = createContext<Session | null>(null)

export function useSession(): Session {
  const session = use(SessionContext)
  if (session === null) throw new Error('A page of an organization is shown outside its frame.')
  return session
}

/** Returns whether the role of the signed-in user allows the action. The server checks again. */
export function useMay(action: Action): boolean {
  const { me } = useSession()
  const roles: readonly string[] = ACCESS[action].roles
  return roles.includes(me.role)
}

/** The roles that may perform the action, such as `Owner or admin`. */
export function whoMay(action: Action): string {
  const [first = '', ...rest] = ACCESS[action].roles
  const named = [first.charAt(0).toUpperCase() + first.slice(1), ...rest]
  return named.length < 2 ? named.join('') : `${named.slice(0, -1).join(', ')} or ${named.at(-1) ?? ''}`
}
