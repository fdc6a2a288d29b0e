import { withClause } from '@sentinelmesh/query'
import { Link } from '@tanstack/react-router'
import { Card } from '../../components/layout/card.tsx'
import { RANGES } from '../../components/time/ranges.ts'
import { LevelGlyph } from '../../components/entry/risk.tsx'
import { ShownText } from '../../components/text/shown-text.tsx'
import { visibleString } from '../../components/text/visible-text.ts'
import { count } from '../../figures.ts'
import { useSession } from '../../shell/session.tsx'
import { logsSearch, type SectionProps } from './section.ts'

export function RuleMatches({ overview, range, className }: SectionProps) {
  const { slug } = useSession()
  const { rules } = overview
  return (
    <Card title="Top rules" note="by matching entries" className={className ?? ''}>
      {rules.length === 0 ? (
        <p className="px-3.5 py-4 text-body text-ink-2">No rule matched in {RANGES[range].words}.</p>
      ) : (
        <table className="w-full table-fixed text-body">
          <thead className="text-left text-micro text-ink-3">
            <tr className="h-8 [&>th]:font-medium">
              <th className="pl-3.5">Rule</th>
              <th className="w-32 pr-3.5 text-right">Entries in {RANGES[range].short}</th>
            </tr>
          </thead>
          <tbody>
            {rules.map(({ ruleId, title, level, entries }) => (
              <tr key={ruleId} className="relative h-8.5 border-t border-line hover:bg-hover coarse:h-11">
                <td className="pl-3.5">
                  <Link
                    to="/o/$org/logs"
                    params={{ org: slug }}
                    search={logsSearch(range, withClause('', 'rule', ruleId))}
                    className="flex items-center gap-2.5 focus-inset after:absolute after:inset-0"
                    title={visibleString(`${title} (${ruleId})`)}
                  >
                    <LevelGlyph level={level} />
                    <ShownText text={title} className="truncate" />
                  </Link>
                </td>
                <td className="pr-3.5 text-right font-medium tabular-nums">{count(entries)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  )
}
