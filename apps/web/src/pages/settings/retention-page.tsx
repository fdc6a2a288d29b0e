import { useQuery } from '@tanstack/react-query'
import { FaultNotice } from '../../components/notice.tsx'
import { RowsSkeleton, SKELETON_AFTER_MS, useAfter } from '../../components/waiting.tsx'
import { toFault } from '../../fault.ts'
import { usePreferences } from '../../preferences.ts'
import { Page } from '../../shell/page.tsx'
import { useMay, whoMay } from '../../shell/session.tsx'
import { useTRPC } from '../../trpc.ts'
import { Erasures } from './erasures.tsx'
import { RetentionForm } from './retention-form.tsx'
import { StoredNow } from './stored-now.tsx'

/** What is stored grows, and shrinks while something is erased. */
const RENEWED_MS = 3_000

/** How long entries are kept, and what is removed before that. */
export function RetentionPage() {
  usePreferences() // times are written in the zone that it holds
  const mayRead = useMay('settings.read')
  return (
    <Page title="Settings" note="Retention" tools={null}>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="flex max-w-4xl flex-col gap-7 px-5 py-5 max-tablet:px-4">
          {mayRead ? (
            <Content />
          ) : (
            <p className="text-body text-ink-2">
              {whoMay('settings.read')} may see and change how long entries are kept.
            </p>
          )}
        </div>
      </div>
    </Page>
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
