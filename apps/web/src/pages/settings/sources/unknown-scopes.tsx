import type { AppRouter } from '@sentinelmesh/api'
import type { inferRouterOutputs } from '@trpc/server'
import { ShownText } from '../../../components/text/shown-text.tsx'
import { When } from '../../../components/time/when.tsx'
import { exact } from '../../../figures.ts'
import { Section } from '../section.tsx'
import { Cell, Table } from '../table.tsx'

type Scopes = inferRouterOutputs<AppRouter>['sources']['list']['unknown']

/** Shows telemetry that became no entry, so that nobody mistakes silence for safety. */
export function UnknownScopes({ scopes }: { readonly scopes: Scopes }) {
  return (
    <Section
      title="Unrecognized telemetry"
      about="Telemetry in an unknown format. It is counted but creates no entries. These are often spans that an application sends for other tools."
    >
      <Table columns={['Scope', 'Last seen', 'Records']} figures={2}>
        {scopes.map(({ scope, surface, last_seen: lastSeen, records }) => (
          <tr key={`${scope} ${surface}`}>
            <Cell className="mono wrap-anywhere">
              {scope === '' ? <span className="text-ink-3">unnamed</span> : <ShownText text={scope} />}
            </Cell>
            <Cell className="whitespace-nowrap">
              <When at={lastSeen} />
            </Cell>
            <Cell figure>{exact(records)}</Cell>
          </tr>
        ))}
      </Table>
    </Section>
  )
}
