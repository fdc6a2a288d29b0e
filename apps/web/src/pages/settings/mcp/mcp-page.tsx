import type { McpPin } from '@sentinelmesh/api'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Button } from '../../../components/inputs/button.tsx'
import { useSession } from '../../../shell/session.tsx'
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
  const { client } = useSession()
  const pins = useInfiniteQuery({
    queryKey: [...trpc.mcp.pins.queryKey(), 'pages'],
    queryFn: ({ pageParam, signal }) => client.mcp.pins.query({ offset: pageParam }, { signal }),
    initialPageParam: 0,
    getNextPageParam: ({ next_offset: next }) => next,
    refetchInterval: RENEWED_MS,
  })
  return (
    <Loaded what="Definitions" query={pins}>
      {({ pages }) => (
        <>
          <Definitions pins={pages.flatMap(({ items }) => items)} />
          {pins.hasNextPage && (
            <Button busy={pins.isFetchingNextPage} onClick={() => void pins.fetchNextPage()}>
              Show more
            </Button>
          )}
        </>
      )}
    </Loaded>
  )
}

function Definitions({ pins }: { readonly pins: readonly McpPin[] }) {
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
      </Section>
    </>
  )
}
