import { BANDS } from '@sentinelmesh/api/constants'
import { Link } from '@tanstack/react-router'
import { ChevronRight } from 'lucide-react'
import { Card } from '../../components/layout/card.tsx'
import { Entity } from '../../components/entry/entity.tsx'
import { RiskNumber } from '../../components/entry/risk.tsx'
import { RANGES } from '../../components/time/ranges.ts'
import { RowSnippet, ShownText } from '../../components/text/shown-text.tsx'
import { When } from '../../components/time/when.tsx'
import { useSession } from '../../shell/session.tsx'
import { logsSearch, type SectionProps } from './section.ts'

export function LatestHighRisk({ overview, range, className }: SectionProps) {
  const { slug } = useSession()
  const high = `risk:>=${BANDS.high.from}`
  return (
    <Card
      title="Latest high risk"
      className={className ?? ''}
      tools={
        <Link
          to="/o/$org/logs"
          params={{ org: slug }}
          search={logsSearch(range, high)}
          className="flex items-center gap-0.5 text-small text-ink-2 hover:text-ink"
        >
          View all
          <ChevronRight size={14} aria-hidden="true" />
        </Link>
      }
    >
      {overview.latest.length === 0 ? (
        <p className="px-3.5 py-4 text-body text-ink-2">
          No entries with a risk of 60 or more in {RANGES[range].words}.
        </p>
      ) : (
        <ul className="max-h-[258px] min-h-0 flex-1 overflow-y-auto max-desktop:max-h-none">
          {overview.latest.map((row) => (
            <li key={row.id} className="relative border-t border-line px-3.5 py-1.5 hover:bg-hover">
              <Link
                to="/o/$org/logs"
                params={{ org: slug }}
                search={logsSearch(range, high, row.id)}
                className="flex items-center gap-2.5 focus-inset after:absolute after:inset-0"
              >
                <RiskNumber risk={row.risk} band={row.band} className="w-13 justify-center" />
                <Entity name={row.sender} kind={row.kind} className="flex-1" />
                <When at={row.at} bare className="shrink-0 text-small text-ink-3" />
              </Link>
              <p className="truncate pl-15.5 text-small text-ink-2">
                {row.matches[0] === undefined ? <RowSnippet row={row} /> : <ShownText text={row.matches[0].title} />}
              </p>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
