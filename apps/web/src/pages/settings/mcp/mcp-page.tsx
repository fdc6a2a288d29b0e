import type { McpPin } from '@sentinelmesh/api'
import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '../../../trpc.ts'
import { Loaded } from '../loaded.tsx'
import { Section } from '../section.tsx'
import { SettingsPage } from '../settings-page.tsx'
import { ChangedDefinition } from './changed-definition.tsx'
import { Pinned } from './pinned.tsx'

const RENEWED_MS = 10_000

/** What MCP servers say of themselves, as it was first seen or approved. */
export function McpPage() {
  return (
    <SettingsPage section="MCP" needs={{ action: 'mcp.pins', what: 'see what MCP servers declare' }}>
      <Content />
    </SettingsPage>
  )
}

function Content() {
  const trpc = useTRPC()
  const pins = useQuery(trpc.mcp.pins.queryOptions({}, { refetchInterval: RENEWED_MS }))
  return (
    <Loaded what="Definitions" query={pins}>
      {({ items, more }) => <Definitions pins={items} more={more} />}
    </Loaded>
  )
}

function Definitions({ pins, more }: { readonly pins: readonly McpPin[]; readonly more: boolean }) {
  const changed = pins.filter(({ state }) => state === 'waiting')
  return (
    <>
      {changed.length > 0 && (
        <Section
          title="Changed, waiting for you"
          about="A definition is what the model is told about a tool; a changed one may tell it something else. Until you approve it, its calls match sm-mcp-001, which Verdicts can block."
        >
          <ul className="flex flex-col gap-3">
            {changed.map((pin) => (
              <ChangedDefinition key={`${pin.server_id} ${pin.kind} ${pin.name} ${pin.hash}`} pin={pin} />
            ))}
          </ul>
        </Section>
      )}
      <Section
        title="Pinned"
        about="Seen through sentinelmesh mcp. The first version of each definition is pinned; a later one that differs is a match."
      >
        <Pinned pins={pins.filter(({ state }) => state !== 'waiting')} />
        {more && (
          <p className="mt-2 text-small text-ink-3">There are more; sentinelmesh mcp pins lists those of one server.</p>
        )}
      </Section>
    </>
  )
}
