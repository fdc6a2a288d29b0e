import type { AppRouter } from '@sentinelmesh/api'
import type { UseQueryResult } from '@tanstack/react-query'
import type { inferRouterOutputs } from '@trpc/server'
import { BarChart3, Table2 } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { STACK } from '../../../components/charts/bands.ts'
import { IconButton } from '../../../components/inputs/button.tsx'
import { cn } from '../../../components/layout/class-names.ts'
import { RefetchBar, SKELETON_AFTER_MS, useAfter } from '../../../components/notices/waiting.tsx'
import { toFault } from '../../../fault.ts'
import { exact } from '../../../figures.ts'
import { useKeys } from '../../../keyboard.ts'
import { perStep, span } from '../../../time.ts'

const StackedBars = lazy(() =>
  import('../../../components/charts/stacked-bars.tsx').then((bars) => ({ default: bars.StackedBars })),
)
const BucketTable = lazy(() =>
  import('../../../components/charts/bucket-table.tsx').then((table) => ({ default: table.BucketTable })),
)
const HEIGHT = 88
export const BUCKETS = 110

type Histogram = inferRouterOutputs<AppRouter>['logs']['histogram']

interface HistogramStripProps {
  readonly histogram: UseQueryResult<Histogram, unknown>
  readonly moving: boolean
  readonly onBrush: (from: number, to: number) => void
}

/** Entries over time. Dragging over it, or B and the arrow keys, selects a time range. */
export function HistogramStrip({ histogram, moving, onBrush }: HistogramStripProps) {
  const [brush, setBrush] = useState<{ readonly begin: number; readonly end: number } | null>(null)
  const [asTable, setAsTable] = useState(false)
  const data = histogram.data
  const slow = useAfter(histogram.isFetching && data !== undefined, moving ? 1_000 : SKELETON_AFTER_MS)
  const buckets = data?.buckets ?? []
  const edge = (at: number) => Date.parse(buckets[Math.min(Math.max(at, 0), buckets.length - 1)]?.at ?? '')
  const selected =
    brush === null || data === undefined ? null : { from: edge(brush.begin), to: edge(brush.end) + data.stepMs }

  const mode = { group: 'Time', mode: true as const }
  useKeys([
    {
      keys: 'b',
      does: 'Select a time range with the arrow keys',
      group: 'Time',
      when: () => buckets.length > 0,
      run: () => setBrush({ begin: Math.max(0, buckets.length - 6), end: buckets.length - 1 }),
    },
    ...(selected === null
      ? []
      : [
          { ...mode, keys: '\u2190', does: 'Earlier', run: (event: KeyboardEvent) => move(event, -1) },
          { ...mode, keys: '\u2192', does: 'Later', run: (event: KeyboardEvent) => move(event, 1) },
          { ...mode, keys: 'Esc', does: 'Cancel', run: () => setBrush(null) },
          {
            ...mode,
            keys: 'Enter',
            does: 'Show this time range',
            run: () => {
              setBrush(null)
              onBrush(selected.from, selected.to)
            },
          },
        ]),
  ])

  function move(event: KeyboardEvent, step: -1 | 1) {
    setBrush((now) => {
      if (now === null) return null
      const last = buckets.length - 1
      if (event.shiftKey) return { begin: now.begin, end: Math.min(last, Math.max(now.begin, now.end + step)) }
      const begin = Math.min(last - (now.end - now.begin), Math.max(0, now.begin + step))
      return { begin, end: begin + now.end - now.begin }
    })
  }

  const fault = histogram.isError ? toFault(histogram.error) : undefined
  return (
    <section
      aria-label="Entries over time"
      aria-busy={histogram.isFetching}
      className="group relative h-22.5 shrink-0 px-5 max-tablet:px-4"
    >
      <RefetchBar shown={slow} />
      {fault !== undefined && data === undefined && fault.code !== 'query_invalid' && (
        <p role="alert" className="flex h-full items-center gap-2 text-small text-warn">
          The histogram could not be loaded. {fault.message} {fault.requestId !== null && `Request ${fault.requestId}`}
        </p>
      )}
      {data !== undefined && (
        <div className={cn('transition-opacity duration-140', slow && 'opacity-50')}>
          {asTable ? (
            <div style={{ height: HEIGHT }}>
              <Suspense>
                <BucketTable
                  label="Entries over time as a table"
                  buckets={data.buckets}
                  stepMs={data.stepMs}
                  bands={STACK}
                />
              </Suspense>
            </div>
          ) : (
            <Suspense>
              <StackedBars
                label={`${exact(data.total)} entries over ${span(Date.parse(data.from), Date.parse(data.to))}, ${perStep(data.stepMs)}, stacked by band`}
                buckets={data.buckets}
                stepMs={data.stepMs}
                from={Date.parse(data.from)}
                to={Date.parse(data.to)}
                bands={STACK}
                height={HEIGHT}
                lines={2}
                onBrush={onBrush}
                selected={selected}
              />
            </Suspense>
          )}
          <IconButton
            icon={asTable ? BarChart3 : Table2}
            label={asTable ? 'View as chart' : 'View as table'}
            aria-pressed={asTable}
            className="absolute top-0 right-5 size-6 border border-line bg-surface opacity-0 transition-opacity duration-80 group-hover:opacity-100 focus-visible:opacity-100 coarse:opacity-100"
            onClick={() => setAsTable(!asTable)}
          />
        </div>
      )}
      {selected !== null && (
        <p
          role="status"
          className="absolute top-0 right-5 z-20 rounded-control border border-line bg-raised px-2 py-0.5 text-small shadow-float"
        >
          <span className="font-mono">{span(selected.from, selected.to)}</span>{' '}
          <span className="text-ink-3">← → move, ⇧ → widen, Enter show, Esc cancel</span>
        </p>
      )}
    </section>
  )
}
