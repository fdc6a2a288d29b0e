import { BANDS } from '@sentinelmesh/api/constants'
import { Link } from '@tanstack/react-router'
import { ArrowRight, ShieldCheck } from 'lucide-react'
import { buttonClass } from '../../components/inputs/button.tsx'
import { cn } from '../../components/layout/class-names.ts'
import { RANGES } from '../../components/time/ranges.ts'
import { RiskGlyph } from '../../components/entry/risk.tsx'
import { ShownText } from '../../components/text/shown-text.tsx'
import { When } from '../../components/time/when.tsx'
import { count, counted } from '../../figures.ts'
import { useSession } from '../../shell/session.tsx'
import { logsSearch, type SectionProps } from './section.ts'

/** The summary above the charts: whether anything is wrong, and where to look. */
export function Verdict({ overview, range }: SectionProps) {
  const { slug } = useSession()
  const { bands, latest, entries } = overview
  const band = bands.critical > 0 ? 'critical' : bands.high > 0 ? 'high' : undefined
  const words = RANGES[range].words
  if (band === undefined) {
    return (
      <section
        aria-label="Verdict"
        className="flex items-center gap-4 rounded-card border border-line bg-surface px-4 py-3"
      >
        <ShieldCheck size={18} aria-hidden="true" className="shrink-0 text-ok" />
        <div className="min-w-0">
          <p className="text-strong">No high or critical risk in {words}</p>
          <p className="text-body text-ink-2">
            {entries === 0
              ? 'No entries arrived in this time range.'
              : `${counted(entries, 'entry', 'entries')} arrived, ${count(bands.medium)} with medium and ${count(bands.low)} with low risk.`}
          </p>
        </div>
      </section>
    )
  }
  const newest = latest.find((row) => row.band === band) ?? latest[0]
  const match = newest?.matches[0]
  return (
    <section
      aria-label="Verdict"
      className={cn(
        'flex items-center gap-4 rounded-card border px-4 py-3 max-tablet:flex-col max-tablet:items-stretch max-tablet:gap-3',
        band === 'critical' ? 'border-critical/50 bg-critical-bg' : 'border-high/50 bg-high-bg',
      )}
    >
      <div className="flex min-w-0 flex-1 items-start gap-3">
        <RiskGlyph
          band={band}
          size={20}
          className={cn('mt-0.5', band === 'critical' ? 'text-critical-text' : 'text-high-text')}
        />
        <div className="min-w-0">
          <p className="text-strong">
            {counted(bands[band], 'entry', 'entries')} with {band} risk in {words}
          </p>
          {newest !== undefined && (
            <p className="text-body text-ink-2">
              The newest is from <ShownText text={newest.sender} className="font-medium text-ink" />
              {newest.receiver !== null && (
                <>
                  {' '}
                  to <ShownText text={newest.receiver} className="font-medium text-ink" />
                </>
              )}
              {match !== undefined && (
                <>
                  , matched by <ShownText text={match.title} />
                </>
              )}
              , <When at={newest.at} />.
            </p>
          )}
        </div>
      </div>
      <Link
        to="/o/$org/logs"
        params={{ org: slug }}
        search={logsSearch(range, `risk:>=${BANDS[band].from}`)}
        className={buttonClass('primary')}
      >
        {bands[band] === 1 ? 'Review entry' : 'Review entries'}
        <ArrowRight size={14} aria-hidden="true" />
      </Link>
    </section>
  )
}
