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

const REFETCH_MS = 10_000

/** The pinned definitions of MCP servers, and changes that await approval. */
export function McpPage() {
  return (
    <SettingsPage section="MCP" needs={{ action: 'mcp.pins', what: 'see the definitions of MCP servers' }}>
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
    refetchInterval: REFETCH_MS,
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
          title="Changes to review"
          about="A definition tells the model what a tool does, so a changed definition can mislead it. Until you approve a change, calls to it match sm-mcp-001, which your verdict policy can block."
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
        about="Definitions seen by the sentinelmesh mcp proxy. The first version of each is pinned, and later changes are reported as matches."
      >
        <Pinned pins={pins.filter(({ state }) => state !== 'waiting')} />
      </Section>
    </>
  )
}
