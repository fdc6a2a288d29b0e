import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { Logo } from '../../components/layout/logo.tsx'
import { FieldError } from '../../components/inputs/field.tsx'
import { toFault } from '../../fault.ts'
import { useTitle } from '../../components/layout/use-title.ts'
import { useTRPC } from '../../trpc.ts'
import { Mesh } from './mesh.tsx'
import { SignInForm } from './sign-in-form.tsx'

/** Without `onSignedIn`, continues to the overview of the user's org. */
export function SignInPage({ onSignedIn }: { readonly onSignedIn?: () => void }) {
  useTitle('Sign in')
  const navigate = useNavigate()
  const trpc = useTRPC()
  const status = useQuery(trpc.auth.status.queryOptions())
  const done = (slug: string) => {
    if (onSignedIn !== undefined) onSignedIn()
    else void navigate({ to: '/o/$org/overview', params: { org: slug }, replace: true })
  }
  const link = useMutation(trpc.auth.signInByLink.mutationOptions({ onSuccess: (me) => done(me.org.slug) }))

  // The token of a one-time link is in the fragment, which never reaches a server or its log.
  const used = useRef(false)
  useEffect(() => {
    const token = window.location.hash.slice(1)
    if (token === '' || used.current) return
    used.current = true
    window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search)
    link.mutate({ token })
  }, [link])

  const linkFault = link.isError ? toFault(link.error) : undefined
  return (
    <main className="relative flex min-h-dvh flex-col items-center justify-center overflow-hidden px-4 py-8">
      <Mesh />
      <div className="relative flex w-full max-w-[378px] flex-col items-center">
        <div className="mb-6 flex items-center gap-3 text-title">
          <Logo size={28} />
          SentinelMesh
        </div>
        <section
          aria-labelledby="sign-in"
          className="w-full rounded-palette border border-line bg-surface p-6 shadow-float"
        >
          <h1 id="sign-in" className="text-title">
            Sign in
          </h1>
          <p className="mb-4 text-body text-ink-3">{window.location.host}</p>
          {linkFault !== undefined && (
            <div className="mb-3">
              <FieldError>
                {linkFault.code === 'offline'
                  ? linkFault.message
                  : 'This sign-in link was already used, or the server has printed a newer one. Open the newest link, or sign in below.'}
              </FieldError>
            </div>
          )}
          {link.isPending ? <p className="text-body text-ink-2">Signing in…</p> : <SignInForm onSignedIn={done} />}
        </section>
        <p className="mt-4 text-center text-small text-ink-3">
          SentinelMesh {status.data?.version ?? ''}, self-hosted. Your data stays on this server.
        </p>
      </div>
    </main>
  )
}
