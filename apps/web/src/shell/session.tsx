import type { QueryClient } from '@tanstack/react-query'
import { createContext, use } from 'react'
import type { LiveSocket } from '../live/socket.ts'
import type { Pulse } from '../live/pulse.ts'
import type { Client } from '../trpc.ts'
import type { inferRouterOutputs } from '@trpc/server'
import type { AppRouter } from '@sentinelmesh/api'

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
