import { useQuery } from '@tanstack/react-query'
import { Navigate } from '@tanstack/react-router'
import { FullPageNotice } from '../components/notices/full-page-notice.tsx'
import { toFault } from '../fault.ts'
import { useTRPC } from '../trpc.ts'

/** Redirects `/` to set-up, sign-in, or the overview. */
export function StartPage() {
  const trpc = useTRPC()
  const status = useQuery(trpc.auth.status.queryOptions())
  if (status.isError) {
    const fault = toFault(status.error)
    return (
      <FullPageNotice title="The server is not responding" fault={fault}>
        It may be stopped or still starting.
      </FullPageNotice>
    )
  }
  if (status.data === undefined) return null
  const { me, setup } = status.data
  if (me !== null) return <Navigate to="/o/$org/overview" params={{ org: me.org.slug }} replace />
  return setup ? <Navigate to="/setup" replace /> : <Navigate to="/sign-in" replace />
}
