import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '../../../trpc.ts'
import { Loaded } from '../loaded.tsx'
import { SettingsPage } from '../settings-page.tsx'
import { PlugIn } from './plug-in.tsx'
import { PluggedIn } from './plugged-in.tsx'
import { Unasked } from './unasked.tsx'
import { UnknownScopes } from './unknown-scopes.tsx'

/** Rates are over minutes; an arrival renews it at once. */
const RENEWED_MS = 10_000

/** Where telemetry, hooks and MCP calls come from, and how to plug in the next agent. */
export function SourcesPage() {
  return (
    <SettingsPage section="Sources" needs={{ action: 'sources.read', what: 'see where entries come from' }}>
      <Content />
    </SettingsPage>
  )
}

function Content() {
  const trpc = useTRPC()
  const sources = useQuery(trpc.sources.list.queryOptions(undefined, { refetchInterval: RENEWED_MS }))
  return (
    <Loaded what="Sources" query={sources}>
      {({ sources: seen, unknown }) => (
        <>
          <PluggedIn sources={seen} />
          <Unasked />
          {unknown.length > 0 && <UnknownScopes scopes={unknown} />}
          <PlugIn seen={seen} onArrival={() => void sources.refetch()} />
        </>
      )}
    </Loaded>
  )
}
