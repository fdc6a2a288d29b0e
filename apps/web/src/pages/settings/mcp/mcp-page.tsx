import type { McpPin } from '@sentinelmesh/api'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../../../components/button.tsx'
import { FaultNotice } from '../../../components/notice.tsx'
import { ShownText } from '../../../components/shown-text.tsx'
import { RowsSkeleton, SKELETON_AFTER_MS, useAfter } from '../../../components/waiting.tsx'
import { When } from '../../../components/when.tsx'
import { toFault } from '../../../fault.ts'
import { useMay, useSession, whoMay } from '../../../shell/session.tsx'
import { useSay } from '../../../shell/toast.tsx'
import { useTRPC } from '../../../trpc.ts'
import { Section } from '../section.tsx'
import { SettingsPage } from '../settings-page.tsx'
import { Cell, Table } from '../table.tsx'
import { useAct } from '../use-act.ts'
import { WordDiff } from './word-diff.tsx'

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
  const waiting = useAfter(pins.isPending, SKELETON_AFTER_MS)
  if (pins.isError)
    return (
      <FaultNotice
        title="Definitions could not be loaded"
        fault={toFault(pins.error)}
        onRetry={() => void pins.refetch()}
      />
    )
  if (pins.data === undefined) return waiting ? <RowsSkeleton rows={6} /> : null
  const { items, more } = pins.data
  const changed = items.filter(({ state }) => state === 'waiting')
  return (
    <>
      {changed.length > 0 && (
        <Section
          title="Changed, waiting for you"
          about="A definition is what the model is told about a tool; a changed one may tell it something else. Until you approve it, its calls match sm-mcp-001, which Verdicts can block."
        >
          <ul className="flex flex-col gap-3">
            {changed.map((pin) => (
              <Changed key={`${pin.server_id} ${pin.kind} ${pin.name} ${pin.hash}`} pin={pin} />
            ))}
          </ul>
        </Section>
      )}
      <Section
        title="Pinned"
        about="Seen through sentinelmesh mcp. The first version of each definition is pinned; a later one that differs is a match."
      >
        <Pinned pins={items.filter(({ state }) => state !== 'waiting')} />
        {more && (
          <p className="mt-2 text-small text-ink-3">There are more; sentinelmesh mcp pins lists those of one server.</p>
        )}
      </Section>
    </>
  )
}

function Changed({ pin }: { readonly pin: McpPin }) {
  const { client } = useSession()
  const say = useSay()
  const may = useMay('mcp.approve')
  const [asked, setAsked] = useState(false)
  const approve = useAct(client.mcp.approve.mutate, 'It was not approved')
  return (
    <li className="rounded-card border border-line bg-surface">
      <div className="flex items-start justify-between gap-3 px-4 py-2.5 max-tablet:flex-col">
        <div className="min-w-0 text-small wrap-anywhere text-ink-3">
          <ShownText text={nameOf(pin)} className="text-body font-medium text-ink" /> of <ShownText text={pin.server} />
          , seen <When at={pin.last_seen_at} />
          <Target target={pin.target} />
        </div>
        <span className="shrink-0">
          {may ? (
            <Button
              look={asked ? 'primary' : 'neutral'}
              busy={approve.busy}
              onClick={async () => {
                if (!asked) return setAsked(true)
                const { server_id: server, kind, name, hash } = pin
                if ((await approve.run({ server, kind, name, hash })) !== undefined) say('This version is approved')
                return undefined
              }}
            >
              {asked ? 'Approve this very version' : 'Approve…'}
            </Button>
          ) : (
            <span className="text-small text-ink-3">{whoMay('mcp.approve')} may approve it.</span>
          )}
        </span>
      </div>
      {pin.diff !== null && <WordDiff diff={pin.diff} />}
    </li>
  )
}

/** Any length, by whoever wrote the server. */
const NAME = 'min-w-36 wrap-anywhere'

function Pinned({ pins }: { readonly pins: readonly McpPin[] }) {
  if (pins.length === 0)
    return (
      <p className="rounded-card border border-line bg-surface px-4 py-6 text-center text-body text-ink-2">
        No MCP server was seen yet. Put the proxy before one:{' '}
        <code className="mono text-ink">sentinelmesh mcp -- your-server</code>
      </p>
    )
  return (
    <Table columns={['Server', 'Definition', 'State', 'First seen', 'Last seen']}>
      {pins.map((pin) => (
        <tr key={`${pin.server_id} ${pin.kind} ${pin.name} ${pin.hash}`}>
          <Cell className={NAME}>
            <ShownText text={pin.server} />
            <Target target={pin.target} />
          </Cell>
          <Cell className={NAME}>
            <ShownText text={nameOf(pin)} />
          </Cell>
          <Cell className="whitespace-nowrap text-ink-2">
            {pin.state === 'approved' ? 'Approved' : 'As first seen'}
            {!pin.listed && ', no longer listed'}
          </Cell>
          <Cell className="whitespace-nowrap">
            <When at={pin.first_seen_at} />
          </Cell>
          <Cell className="whitespace-nowrap">
            <When at={pin.last_seen_at} />
          </Cell>
        </tr>
      ))}
    </Table>
  )
}

/** What the server is, whatever it is called. */
function Target({ target }: { readonly target: string }) {
  return <ShownText text={target} className="mono block text-ink-3" />
}

function nameOf({ kind, name }: McpPin): string {
  return kind === 'instructions' ? 'instructions' : kind === 'prompt' ? `prompt ${name}` : name
}
