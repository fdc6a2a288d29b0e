import { withClause } from '@sentinelmesh/query'
import { Link } from '@tanstack/react-router'
import { Card } from '../../components/layout/card.tsx'
import { cn } from '../../components/layout/class-names.ts'
import { Entity } from '../../components/entry/entity.tsx'
import { BAND_TEXT, RiskNumber } from '../../components/entry/risk.tsx'
import { RANGES } from '../../components/time/ranges.ts'
import { Sparkline } from '../../components/charts/sparkline.tsx'
import { When } from '../../components/time/when.tsx'
import { visibleString } from '../../components/text/visible-text.ts'
import { count } from '../../figures.ts'
import { useSession } from '../../shell/session.tsx'
import { logsSearch, type SectionProps } from './section.ts'

export function RiskiestAgents({ overview, range, className }: SectionProps) {
  const { slug } = useSession()
  const { riskiest } = overview
  return (
    <Card title="Riskiest agents" note="by highest risk" className={className ?? ''}>
      {riskiest.length === 0 ? (
        <p className="px-3.5 py-4 text-body text-ink-2">No agent reported in {RANGES[range].words}.</p>
      ) : (
        <table className="w-full table-fixed text-body">
          <thead className="text-left text-micro text-ink-3">
            <tr className="h-8 [&>th]:font-medium">
              <th className="w-24 pl-3.5">Risk</th>
              <th>Agent</th>
              <th className="w-20 max-tablet:hidden">{RANGES[range].short}</th>
              <th className="w-24 text-right">Entries</th>
              <th className="w-24 pr-3.5 text-right">Last seen</th>
            </tr>
          </thead>
          <tbody>
            {riskiest.map(({ sender, riskMax, band, entries, lastSeen, spark }) => (
              <tr key={sender} className="relative h-8.5 border-t border-line hover:bg-hover coarse:h-11">
                <td className="pl-3.5">
                  <RiskNumber risk={riskMax} band={band} className={band === 'critical' ? '-ml-1.5' : ''} />
                </td>
                <td className="pr-3">
                  <Link
                    to="/o/$org/logs"
                    params={{ org: slug }}
                    search={logsSearch(range, withClause('', 'sender', sender))}
                    className="flex focus-inset after:absolute after:inset-0"
                    title={`Entries from ${visibleString(sender)}`}
                  >
                    <Entity name={sender} />
                  </Link>
                </td>
                <td className={cn('max-tablet:hidden', BAND_TEXT[band])}>
                  <Sparkline values={spark} top={100} label={`Highest risk over ${RANGES[range].words}`} />
                </td>
                <td className="text-right text-ink-2 tabular-nums">{count(entries)}</td>
                <td className="pr-3.5 text-right text-ink-3">
                  <When at={lastSeen} bare />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  )
}
