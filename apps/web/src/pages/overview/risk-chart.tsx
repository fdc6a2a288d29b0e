import { BarChart3, Table2 } from 'lucide-react'
import { lazy, Suspense, useMemo, useState } from 'react'
import { AT_RISK } from '../../components/charts/bands.ts'
import { BucketTable } from '../../components/charts/bucket-table.tsx'
import { IconButton } from '../../components/inputs/button.tsx'
import { Card } from '../../components/layout/card.tsx'
import { BAND_TEXT, BAND_WORDS, RiskGlyph } from '../../components/entry/risk.tsx'
import { cn } from '../../components/layout/class-names.ts'
import { perStep } from '../../time.ts'
import type { SectionProps } from './section.ts'

const StackedBars = lazy(() =>
  import('../../components/charts/stacked-bars.tsx').then((bars) => ({ default: bars.StackedBars })),
)
const HEIGHT = 248

export function RiskChart({ overview, className }: SectionProps) {
  const [asTable, setAsTable] = useState(false)
  const { series, stepMs, from, to } = overview
  const range = useMemo(() => ({ from: Date.parse(from), to: Date.parse(to) }), [from, to])
  return (
    <Card
      title="Entries at risk"
      note={`${perStep(stepMs)}, only entries with a risk of 1 or more`}
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
          <BucketTable label="Entries at risk as a table" buckets={series} stepMs={stepMs} bands={AT_RISK} />
        ) : (
          <Suspense>
            <StackedBars
              label={`Entries at risk ${perStep(stepMs)}, stacked by band. The table has the same data.`}
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
