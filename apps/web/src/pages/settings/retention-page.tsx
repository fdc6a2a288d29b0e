import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '../../trpc.ts'
import { Erasures } from './erasures.tsx'
import { Loaded } from './loaded.tsx'
import { RetentionForm } from './retention-form.tsx'
import { SettingsPage } from './settings-page.tsx'
import { StoredNow } from './stored-now.tsx'

/** Storage grows with new entries, and shrinks during an erasure. */
const REFETCH_MS = 3_000

/** Retention of entries, and their erasure. */
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
  const retention = useQuery(trpc.settings.retention.get.queryOptions(undefined, { refetchInterval: REFETCH_MS }))
  return (
    <Loaded what="Retention" query={retention}>
      {(data) => (
        <>
          <StoredNow retention={data} />
          <RetentionForm key={`${data.days} ${data.max_bytes} ${data.rollups_days}`} retention={data} />
          <Erasures />
        </>
      )}
    </Loaded>
  )
}
