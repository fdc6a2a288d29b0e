import { useQuery } from '@tanstack/react-query'
import { FaultNotice } from '../../components/notice.tsx'
import { RowsSkeleton, SKELETON_AFTER_MS, useAfter } from '../../components/waiting.tsx'
import { toFault } from '../../fault.ts'
import { useTRPC } from '../../trpc.ts'
import { Erasures } from './erasures.tsx'
import { RetentionForm } from './retention-form.tsx'
import { SettingsPage } from './settings-page.tsx'
import { StoredNow } from './stored-now.tsx'

/** What is stored grows, and shrinks while something is erased. */
const RENEWED_MS = 3_000

/** How long entries are kept, and what is removed before that. */
export function RetentionPage() {
  return (
    <SettingsPage
      section="Retention"
      needs={{ action: 'settings.read', what: 'see and change how long entries are kept' }}
    >
      <Content />
    </SettingsPage>
  )
}

function Content() {
  const trpc = useTRPC()
  const retention = useQuery(trpc.settings.retention.get.queryOptions(undefined, { refetchInterval: RENEWED_MS }))
  const waiting = useAfter(retention.isPending, SKELETON_AFTER_MS)
  if (retention.isError)
    return (
      <FaultNotice
        title="Retention could not be loaded"
        fault={toFault(retention.error)}
        onRetry={() => void retention.refetch()}
      />
    )
  if (retention.data === undefined) return waiting ? <RowsSkeleton rows={6} /> : null
  const { days, max_bytes: maxBytes, rollups_days: rollupsDays } = retention.data
  return (
    <>
      <StoredNow retention={retention.data} />
      <RetentionForm key={`${days} ${maxBytes} ${rollupsDays}`} retention={retention.data} />
      <Erasures />
    </>
  )
}
