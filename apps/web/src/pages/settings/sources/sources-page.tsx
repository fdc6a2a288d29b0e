import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '../../../trpc.ts'
import { Loaded } from '../loaded.tsx'
import { SettingsPage } from '../settings-page.tsx'
import { PlugIn } from './plug-in.tsx'
import { PluggedIn } from './plugged-in.tsx'
import { SessionsWithoutHooks } from './sessions-without-hooks.tsx'
import { UnknownScopes } from './unknown-scopes.tsx'

/** Rates cover minutes, so this is often enough. A new entry refetches at once. */
const REFETCH_MS = 10_000

/** Shows where entries come from, and how to connect another agent. */
export function SourcesPage() {
  return (
    <SettingsPage section="Sources" needs={{ action: 'sources.read', what: 'see where entries come from' }}>
      <Content />
    </SettingsPage>
  )
}

function Content() {
  const trpc = useTRPC()
  const sources = useQuery(trpc.sources.list.queryOptions(undefined, { refetchInterval: REFETCH_MS }))
  return (
    <Loaded what="Sources" query={sources}>
      {({ sources: seen, unknown }) => (
        <>
          <PluggedIn sources={seen} />
          <SessionsWithoutHooks />
          {unknown.length > 0 && <UnknownScopes scopes={unknown} />}
          <PlugIn seen={seen} onArrival={() => void sources.refetch()} />
        </>
      )}
    </Loaded>
  )
}
