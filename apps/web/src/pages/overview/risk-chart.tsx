import { BarChart3, Table2 } from 'lucide-react'
import { lazy, Suspense, useMemo, useState } from 'react'
import { AT_RISK } from '../../components/bands.ts'
import { IconButton } from '../../components/button.tsx'
import { Card } from '../../components/card.tsx'
import { BAND_TEXT, BAND_WORDS, RiskGlyph } from '../../components/risk.tsx'
import { cn } from '../../components/class-names.ts'
import { exact } from '../../figures.ts'
import { clockTime, dayOf, perStep } from '../../time.ts'
import type { SectionProps } from './section.ts'

const StackedBars = lazy(() =>
  import('../../components/stacked-bars.tsx').then((bars) => ({ default: bars.StackedBars })),
)
const HEIGHT = 248

export function RiskChart({ overview, className }: SectionProps) {
  const [asTable, setAsTable] = useState(false)
  const { series, stepMs, from, to } = overview
  const range = useMemo(() => ({ from: Date.parse(from), to: Date.parse(to) }), [from, to])
  return (
    <Card
      title="Entries at risk"
      note={`${perStep(stepMs)}, risk 1 or more; entries of risk 0 are left out`}
      className={cn('min-h-[300px]', className)}
      tools={
        <>
          <ul className="flex gap-3.5 text-small text-ink-2 max-tablet:hidden" aria-label="Bands">
            {AT_RISK.map((band) => (
              <li key={band} className="flex items-center gap-1.5">
                <span className={BAND_TEXT[band]}>
                  <RiskGlyph band={band} size={12} />
                </span>
                {BAND_WORDS[band]}
              </li>
            ))}
          </ul>
          <IconButton
            icon={asTable ? BarChart3 : Table2}
            label={asTable ? 'View as chart' : 'View as table'}
            aria-pressed={asTable}
            onClick={() => setAsTable(!asTable)}
          />
        </>
      }
    >
      <div className="px-3.5 pb-2" style={{ height: HEIGHT }}>
        {asTable ? (
          <SeriesTable overview={overview} />
        ) : (
          <Suspense>
            <StackedBars
              label={`Entries at risk ${perStep(stepMs)}, stacked by band. The same figures are in the table.`}
              buckets={series}
              stepMs={stepMs}
              from={range.from}
              to={range.to}
              bands={AT_RISK}
              height={HEIGHT - 8}
              endsNow
            />
          </Suspense>
        )}
      </div>
    </Card>
  )
}

function SeriesTable({ overview: { series, stepMs } }: Pick<SectionProps, 'overview'>) {
  return (
    // It scrolls, so it can have the focus.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="h-full overflow-y-auto" tabIndex={0} role="region" aria-label="Entries at risk as a table">
      <table className="w-full text-small tabular-nums">
        <thead className="sticky top-0 bg-surface text-left text-micro text-ink-3">
          <tr>
            <th className="py-1.5">From</th>
            {AT_RISK.map((band) => (
              <th key={band} className="text-right">
                {BAND_WORDS[band]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {series.toReversed().map((bucket) => (
            <tr key={bucket.at} className="border-t border-line">
              <th scope="row" className="py-1 text-left font-normal whitespace-nowrap">
                {dayOf(Date.parse(bucket.at))},{' '}
                {stepMs < 60_000 ? clockTime(Date.parse(bucket.at)) : clockTime(Date.parse(bucket.at)).slice(0, 5)}
              </th>
              {AT_RISK.map((band) => (
                <td key={band} className="text-right">
                  {exact(bucket[band])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
