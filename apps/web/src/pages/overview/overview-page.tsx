import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { cn } from '../../components/layout/class-names.ts'
import { FaultNotice } from '../../components/notices/notice.tsx'
import { useMinute } from '../../components/time/use-now.ts'
import { RangeButtons } from '../../components/inputs/range-buttons.tsx'
import { isRange, RANGES } from '../../components/time/ranges.ts'
import { RefetchBar, SKELETON_AFTER_MS, useAfter } from '../../components/notices/waiting.tsx'
import { toFault } from '../../fault.ts'
import { usePreferences } from '../../preferences.ts'
import { LiveState } from '../../shell/live-state.tsx'
import { Page } from '../../shell/page.tsx'
import { zoneLabel } from '../../time.ts'
import { useTRPC } from '../../trpc.ts'
import { RiskChart } from './risk-chart.tsx'
import { Figures } from './figures-row.tsx'
import { LatestHighRisk } from './latest.tsx'
import { NothingYet } from './nothing-yet.tsx'
import { OverviewSkeleton } from './overview-skeleton.tsx'
import { RiskiestAgents } from './riskiest-agents.tsx'
import { RuleMatches } from './rule-matches.tsx'
import { useFresh } from './use-fresh.ts'
import { Verdict } from './verdict.tsx'

const route = getRouteApi('/o/$org/overview')
/** A faster reload does not dim the page. */
const SLOW_REFETCH_MS = 800

export function OverviewPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const trpc = useTRPC()
  const now = useMinute()
  usePreferences() // re-renders when the time zone changes
  const range = isRange(search.range) ? search.range : '24h'
  const overview = useQuery(
    trpc.stats.overview.queryOptions({ range }, { placeholderData: keepPreviousData, staleTime: 5_000 }),
  )
  useFresh(overview.refetch)

  const waiting = useAfter(overview.isPending, SKELETON_AFTER_MS)
  const renewing = useAfter(
    overview.isFetching && overview.data !== undefined,
    overview.isPlaceholderData ? SKELETON_AFTER_MS : SLOW_REFETCH_MS,
  )
  const data = overview.data
  const fault = overview.isError ? toFault(overview.error) : undefined

  return (
    <Page
      title="Overview"
      tools={
        <>
          {search.range !== undefined && !isRange(search.range) && (
            <span role="status" className="text-small text-warn">
              Unknown time range. Showing 24 h.
            </span>
          )}
          <RangeButtons
            value={range}
            onChange={(next) => void navigate({ search: next === '24h' ? {} : { range: next } })}
          />
          <span className="text-small text-ink-3 max-tablet:hidden">{zoneLabel(now)}</span>
          <LiveState />
        </>
      }
    >
      <div className="relative min-h-0 flex-1 overflow-y-auto" aria-busy={overview.isFetching}>
        <RefetchBar shown={renewing} />
        {data === undefined ? (
          fault === undefined ? (
            waiting && <OverviewSkeleton />
          ) : (
            <FaultNotice
              title="The overview could not be loaded"
              fault={fault}
              onRetry={() => void overview.refetch()}
            />
          )
        ) : data.head === NOTHING_STORED ? (
          <NothingYet />
        ) : (
          <div
            className={cn(
              'mx-auto flex max-w-[1680px] flex-col gap-3.5 p-5 transition-opacity duration-140 max-tablet:p-4',
              renewing && 'opacity-50',
            )}
          >
            {fault !== undefined && (
              <p role="alert" className="text-small text-warn">
                The overview could not be updated. {fault.message}{' '}
                {fault.requestId !== null && `Request ${fault.requestId}.`}
              </p>
            )}
            <Verdict overview={data} range={range} />
            <Figures overview={data} range={range} />
            <div className="grid grid-cols-12 gap-3.5">
              <RiskChart overview={data} range={range} className="col-span-8 max-desktop:col-span-12" />
              <LatestHighRisk overview={data} range={range} className="col-span-4 max-desktop:col-span-12" />
              <RiskiestAgents overview={data} range={range} className="col-span-7 max-desktop:col-span-12" />
              <RuleMatches overview={data} range={range} className="col-span-5 max-desktop:col-span-12" />
            </div>
            <p className="sr-only">Data from {RANGES[range].words}.</p>
          </div>
        )}
      </div>
    </Page>
  )
}

/** The head cursor of an empty log. */
const NOTHING_STORED = 's0'
