import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '../../../trpc.ts'
import { Loaded } from '../loaded.tsx'
import { SettingsPage } from '../settings-page.tsx'
import { KeyRates } from './key-rates.tsx'
import { QuotaForm } from './quota-form.tsx'

const REFETCH_MS = 5_000

/** Ingest limits of the organization and of each key. */
export function LimitsPage() {
  return (
    <SettingsPage section="Limits" needs={{ action: 'settings.read', what: 'see and change how much can be reported' }}>
      <Content />
    </SettingsPage>
  )
}

function Content() {
  const trpc = useTRPC()
  const quota = useQuery(trpc.settings.quota.get.queryOptions(undefined, { refetchInterval: REFETCH_MS }))
  return (
    <Loaded what="Limits" query={quota}>
      {(data) => (
        <>
          <QuotaForm key={String(data.entries_per_second)} quota={data} />
          <KeyRates refusals={data.keys} />
        </>
      )}
    </Loaded>
  )
}
