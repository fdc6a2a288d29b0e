import type { AppRouter } from '@sentinelmesh/api'
import type { inferRouterOutputs } from '@trpc/server'
import { ShownText } from '../../../components/shown-text.tsx'
import { When } from '../../../components/when.tsx'
import { exact } from '../../../figures.ts'
import { Section } from '../section.tsx'

type Scopes = inferRouterOutputs<AppRouter>['sources']['list']['unknown']

/** What came and became nothing: said, so that nobody takes silence for safety. */
export function UnknownScopes({ scopes }: { readonly scopes: Scopes }) {
  return (
    <Section
      title="Not understood"
      about="Telemetry in no dialect that is known here. It is counted and made into no entry; other spans of an application are often meant for other tools."
    >
      <div className="overflow-x-auto rounded-card border border-line bg-surface">
        <table className="w-full text-body">
          <thead className="text-left text-small text-ink-3">
            <tr>
              <th className="px-3.5 py-2 font-medium">Scope</th>
              <th className="px-3.5 py-2 font-medium">Last seen</th>
              <th className="px-3.5 py-2 text-right font-medium">Records</th>
            </tr>
          </thead>
          <tbody>
            {scopes.map(({ scope, surface, last_seen: lastSeen, records }) => (
              <tr key={`${scope} ${surface}`} className="border-t border-line">
                <td className="mono px-3.5 py-2.5 break-all">
                  {scope === '' ? <span className="text-ink-3">without a name</span> : <ShownText text={scope} />}
                </td>
                <td className="px-3.5 py-2.5 whitespace-nowrap">
                  <When at={lastSeen} />
                </td>
                <td className="px-3.5 py-2.5 text-right tabular-nums">{exact(records)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  )
}
