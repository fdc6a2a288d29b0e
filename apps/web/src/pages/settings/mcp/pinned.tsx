import type { McpPin } from '@sentinelmesh/api'
import { ShownText } from '../../../components/text/shown-text.tsx'
import { When } from '../../../components/time/when.tsx'
import { Cell, Table } from '../table.tsx'
import { DefinitionName } from './definition-name.tsx'
import { Target } from './target.tsx'

/** Servers choose these names, so they can have any length. */
const NAME = 'min-w-36 wrap-anywhere'

/** Every version that was pinned or approved. */
export function Pinned({ pins }: { readonly pins: readonly McpPin[] }) {
  if (pins.length === 0)
    return (
      <p className="rounded-card border border-line bg-surface px-4 py-6 text-center text-body text-ink-2">
        No MCP servers seen yet. Start one through the proxy:{' '}
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
            <DefinitionName pin={pin} />
          </Cell>
          <Cell className="whitespace-nowrap text-ink-2">
            {pin.state === 'approved' ? 'Approved' : 'Pinned'}
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
