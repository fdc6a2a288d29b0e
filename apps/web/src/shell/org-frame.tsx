import { QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Outlet } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from 'react'
import { Dialog } from '../components/layout/dialog.tsx'
import { FullPageNotice } from '../components/notices/full-page-notice.tsx'
import { toFault } from '../fault.ts'
import { createPulse } from '../live/pulse.ts'
import { createLiveSocket } from '../live/socket.ts'
import { createClient, createQueries, TRPCProvider, useTRPC, type Client } from '../trpc.ts'
import { Shell } from './shell.tsx'
import { SessionContext, type AuthStatus, type Me, type Session } from './session.tsx'

const SignInPage = lazy(() =>
  import('../pages/sign-in/sign-in-page.tsx').then((page) => ({ default: page.SignInPage })),
)
const SignInForm = lazy(() =>
  import('../pages/sign-in/sign-in-form.tsx').then((form) => ({ default: form.SignInForm })),
)

const orgRoute = getRouteApi('/o/$org')

/** Frame of all pages of an org. It holds the session, and keeps the URL while the user signs in. */
export function OrgFrame() {
  const { org } = orgRoute.useParams()
  return <OrgProviders key={org} slug={org} />
}

function OrgProviders({ slug }: { readonly slug: string }) {
  const [signedOut, setSignedOut] = useState(false)
  const markSignedOut = useCallback(() => setSignedOut(true), [])
  const { client, queries } = useMemo(
    () => ({ client: createClient(slug), queries: createQueries(markSignedOut) }),
    [slug, markSignedOut],
  )
  // Removes cached payloads when the frame closes, so that the next user does not see them.
  useEffect(() => () => queries.clear(), [queries])
  return (
    <QueryClientProvider client={queries}>
      <TRPCProvider trpcClient={client} queryClient={queries}>
        <OrgGate
          slug={slug}
          client={client}
          signedOut={signedOut}
          onSignedOut={markSignedOut}
          onSignedIn={() => setSignedOut(false)}
        />
      </TRPCProvider>
    </QueryClientProvider>
  )
}

interface OrgGateProps {
  readonly slug: string
  readonly client: Client
  readonly signedOut: boolean
  readonly onSignedOut: () => void
  readonly onSignedIn: () => void
}

function OrgGate({ slug, client, signedOut, onSignedOut, onSignedIn }: OrgGateProps) {
  const trpc = useTRPC()
  const status = useQuery(trpc.auth.status.queryOptions(undefined, { staleTime: Infinity }))
  if (status.data === undefined) {
    if (!status.isError) return null
    const fault = toFault(status.error)
    if (fault.code === 'forbidden' || fault.code === 'not_found') return <NoSuchOrg text="Go to your organization" />
    return (
      <FullPageNotice
        title={fault.code === 'offline' ? 'The server is not responding' : 'This page cannot be opened'}
        fault={fault}
      >
        {fault.code === 'offline' ? 'It may be stopped or still starting.' : fault.message}
      </FullPageNotice>
    )
  }
  const { me } = status.data
  if (me === null) {
    return (
      <Suspense>
        <SignInPage onSignedIn={() => void status.refetch()} />
      </Suspense>
    )
  }
  if (!me.orgs.some((org) => org.slug === slug)) {
    return <NoSuchOrg text={`Go to ${me.org.name}`} />
  }
  return (
    <LiveOrg
      slug={slug}
      client={client}
      status={status.data}
      me={me}
      signedOut={signedOut}
      onSignedOut={onSignedOut}
      onSignedIn={onSignedIn}
    />
  )
}

interface LiveOrgProps extends OrgGateProps {
  readonly status: AuthStatus
  readonly me: Me
}

function LiveOrg({ slug, client, status, me, signedOut, onSignedOut, onSignedIn }: LiveOrgProps) {
  const queries = useQueryClient()
  // One socket as long as this org is shown.
  const [live] = useState(() => openLive(slug, onSignedOut))
  useEffect(
    () => () => {
      live.pulse.close()
      live.socket.close()
    },
    [live],
  )
  const session = useMemo<Session>(
    () => ({ slug, client, queries, status, me, onSignedOut, ...live }),
    [slug, client, queries, status, me, onSignedOut, live],
  )
  return (
    <SessionContext value={session}>
      <Shell>
        <Outlet />
      </Shell>
      {signedOut && (
        <Dialog title="Sign in again">
          <p className="mb-4 text-body text-ink-2">Your session has ended. This page stays as it is.</p>
          <Suspense>
            <SignInForm
              username={me.username}
              onSignedIn={() => {
                onSignedIn()
                session.socket.restart()
                void session.queries.invalidateQueries()
              }}
            />
          </Suspense>
        </Dialog>
      )}
    </SessionContext>
  )
}

function openLive(slug: string, onSignedOut: () => void): Pick<Session, 'socket' | 'pulse' | 'setQuiet' | 'isQuiet'> {
  const socket = createLiveSocket(slug, onSignedOut)
  let quiet = false
  return {
    socket,
    pulse: createPulse(socket),
    setQuiet: (next) => {
      quiet = next
    },
    isQuiet: () => quiet,
  }
}

function NoSuchOrg({ text }: { readonly text: string }) {
  return (
    <FullPageNotice title="Organization not found" link={{ href: '/', text }}>
      It does not exist, or you are not a member. An owner can invite you.
    </FullPageNotice>
  )
}
