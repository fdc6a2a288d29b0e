import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '../../../trpc.ts'
import { Loaded } from '../loaded.tsx'
import { SettingsPage } from '../settings-page.tsx'
import { Pauses } from './pauses.tsx'
import { PolicyForm } from './policy-form.tsx'

/** The policy for verdicts, which agents request before they act. */
export function VerdictsPage() {
  return (
    <SettingsPage section="Verdicts" needs={{ action: 'verdicts.read', what: 'see the verdict policy' }}>
      <Content />
    </SettingsPage>
  )
}

function Content() {
  const trpc = useTRPC()
  const policy = useQuery(trpc.verdicts.policy.queryOptions())
  return (
    <>
      <Pauses />
      <Loaded what="The verdict policy" query={policy}>
        {(data) => <PolicyForm key={data.hash} policy={data} />}
      </Loaded>
    </>
  )
}
