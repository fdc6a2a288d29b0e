import type { ReactNode } from 'react'
import { Sparkline } from '../../components/charts/sparkline.tsx'
import { change, count, exact, rate, UNKNOWN } from '../../figures.ts'
import { RANGES } from '../../components/time/ranges.ts'
import { hourMinute } from '../../time.ts'
import type { SectionProps } from './section.ts'

export function Figures({ overview, range }: SectionProps) {
  const { series, entries, entriesBefore, atRisk, atRiskBefore, senders, silent, perSecond, peakPerSecond, peakAt } =
    overview
  const short = RANGES[range].short
  const volumes = series.map(({ none, low, medium, high, critical }) => none + low + medium + high + critical)
  const risky = series.map(({ low, medium, high, critical }) => low + medium + high + critical)
  return (
    <section
      aria-label="Figures"
      className="grid grid-cols-5 gap-px overflow-hidden rounded-card border border-line bg-line max-desktop:grid-cols-3 max-tablet:grid-cols-2"
    >
      <Figure
        name="Senders reporting"
        value={count(senders - silent)}
        exactly={senders - silent}
        unit={`of ${count(senders)}`}
      >
        {silent === 0 ? 'all in the last hour' : `${count(silent)} silent for more than 1 h`}
      </Figure>
      <Figure
        name="Ingest rate"
        value={rate(perSecond)}
        exactly={perSecond}
        unit="entries/s"
        line={
          <Sparkline area values={volumes} label="Entries over time" width={74} height={26} className="text-accent" />
        }
      >
        average of the last minute
      </Figure>
      <Figure name="Entries" value={count(entries)} exactly={entries} unit={`in ${short}`}>
        {change(entries, entriesBefore) ?? 'no earlier data to compare with'}
        {change(entries, entriesBefore) !== undefined && ` from the previous ${short}`}
      </Figure>
      <Figure
        name="Entries at risk"
        value={count(atRisk)}
        exactly={atRisk}
        line={
          <Sparkline
            area
            values={risky}
            label="Entries at risk over time"
            width={74}
            height={26}
            className="text-high"
          />
        }
      >
        of {count(entries)} in {short}
        {change(atRisk, atRiskBefore) !== undefined && `, ${change(atRisk, atRiskBefore)}`}
      </Figure>
      <Figure
        name="Peak"
        value={peakAt === null ? UNKNOWN : rate(peakPerSecond)}
        exactly={peakPerSecond}
        unit={peakAt === null ? '' : 'entries/s'}
      >
        {peakAt === null ? 'no entries in this time range' : `at ${hourMinute(Date.parse(peakAt))}`}
      </Figure>
    </section>
  )
}

interface FigureProps {
  readonly name: string
  readonly value: string
  readonly exactly: number
  readonly unit?: string
  readonly line?: ReactNode
  readonly children: ReactNode
}

function Figure({ name, value, exactly, unit, line, children }: FigureProps) {
  return (
    <div className="min-w-0 bg-surface px-3.5 py-2.5 max-desktop:last:col-span-2">
      <p className="truncate text-small text-ink-2">{name}</p>
      <div className="flex items-center justify-between gap-2">
        <p className="min-w-0 truncate">
          <span className="text-figure tabular-nums" title={exact(exactly)}>
            {value}
          </span>
          {unit !== undefined && <span className="ml-1.5 text-body text-ink-3">{unit}</span>}
        </p>
        <span className="max-desktop:hidden">{line}</span>
      </div>
      <p className="truncate text-small text-ink-2">{children}</p>
    </div>
  )
}
