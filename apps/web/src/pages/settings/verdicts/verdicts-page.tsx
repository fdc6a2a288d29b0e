import { useQuery } from '@tanstack/react-query'
import { FaultNotice } from '../../../components/notice.tsx'
import { RowsSkeleton, SKELETON_AFTER_MS, useAfter } from '../../../components/waiting.tsx'
import { toFault } from '../../../fault.ts'
import { useTRPC } from '../../../trpc.ts'
import { SettingsPage } from '../settings-page.tsx'
import { PolicyForm } from './policy-form.tsx'

/** What agents are answered that ask before they act. */
export function VerdictsPage() {
  return (
    <SettingsPage section="Verdicts" needs={{ action: 'verdicts.read', what: 'see what agents are answered' }}>
      <Content />
    </SettingsPage>
  )
}

function Content() {
  const trpc = useTRPC()
  const policy = useQuery(trpc.verdicts.policy.queryOptions())
  const waiting = useAfter(policy.isPending, SKELETON_AFTER_MS)
  if (policy.isError)
    return (
      <FaultNotice
        title="The verdict policy could not be loaded"
        fault={toFault(policy.error)}
        onRetry={() => void policy.refetch()}
      />
    )
  if (policy.data === undefined) return waiting ? <RowsSkeleton rows={6} /> : null
  return <PolicyForm key={policy.data.hash} policy={policy.data} />
}
