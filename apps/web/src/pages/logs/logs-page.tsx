import { parse, withClause, type ClauseField } from '@sentinelmesh/query'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { ListFilter } from 'lucide-react'
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { cn } from '../../components/layout/class-names.ts'
import { copy } from '../../components/inputs/copy-button.tsx'
import { EmptyNotice, FaultNotice } from '../../components/notices/notice.tsx'
import { Button, IconButton } from '../../components/inputs/button.tsx'
import {
  RefetchBar,
  RowsSkeleton,
  SKELETON_AFTER_MS,
  SLOW_AFTER_MS,
  useAfter,
} from '../../components/notices/waiting.tsx'
import type { Fault } from '../../fault.ts'
import { exact } from '../../figures.ts'
import { useKeys } from '../../keyboard.ts'
import { usePulse } from '../../live/pulse.ts'
import type { HeldRow } from '../../live/row-store.ts'
import { usePreferences } from '../../preferences.ts'
import { Page } from '../../shell/page.tsx'
import { useSession } from '../../shell/session.tsx'
import { useToast } from '../../shell/toast.tsx'
import { useTRPC } from '../../trpc.ts'
import { FilterBar } from './filters/filter-bar.tsx'
import { BUCKETS, HistogramStrip } from './time/histogram-strip.tsx'
import { LogTable, type Cursor } from './list/log-table.tsx'
import { isLive, rangeSearch, readLogsSearch, shifted, windowSearch, type LogsSearch } from './logs-search.ts'
import { foundText, PauseButton, TailBar } from './list/tail-bar.tsx'
import { TimeRange } from './time/time-range.tsx'
import { useMedia } from '../../components/layout/use-media.ts'
import { useMinute } from '../../components/time/use-now.ts'
import { useLogList } from './list/use-log-list.ts'
import { useRowKeys } from './list/use-row-keys.ts'
import { useSelectionPause } from './list/use-selection-pause.ts'
import { useWindow } from './time/use-window.ts'

const route = getRouteApi('/o/$org/logs')
const loadPanel = () => import('./detail/detail-panel.tsx')
/** Loaded after the list, because nobody opens an entry before seeing it. */
const DetailPanel = lazy(async () => ({ default: (await loadPanel()).DetailPanel }))
const FacetRail = lazy(async () => ({ default: (await import('./facets/facet-rail.tsx')).FacetRail }))
const EmptyLogs = lazy(async () => ({ default: (await import('./list/empty-logs.tsx')).EmptyLogs }))
const SearchEnded = lazy(async () => ({ default: (await import('./list/search-ended.tsx')).SearchEnded }))

export function LogsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const trpc = useTRPC()
  const queries = useQueryClient()
  const { pulse, setQuiet } = useSession()
  const { connection } = usePulse(pulse)
  const toast = useToast()
  usePreferences() // re-renders when the time zone changes

  const view = readLogsSearch(search)
  const minute = useMinute()
  const live = isLive(view, minute)
  // An invalid query is not sent; the search bar shows its errors.
  const readable = useMemo(() => parse(view.q).problems.length === 0, [view.q])
  const shown = useLogList(view, readable)
  const { from, to } = useWindow(view)
  const state = shown?.state
  const list = shown?.list

  const [cursor, setCursor] = useState<Cursor | null>(null)
  const input = useRef<HTMLInputElement>(null)
  const scroller = useRef<HTMLDivElement>(null)
  const panel = useRef<HTMLElement>(null)
  const rail = useRef<HTMLElement>(null)
  const railButton = useRef<HTMLButtonElement>(null)

  // A committed query is a step for the Back button; opening an entry is not.
  const setQuery = (q: string) =>
    void navigate({ search: (old) => ({ ...without(old, 'q'), ...(q === '' ? {} : { q }) }) })
  const setTime = (time: LogsSearch) =>
    void navigate({ search: (old) => ({ ...without(old, 'range', 'from', 'to'), ...time }) })
  const openEntry = useCallback(
    (id: string | undefined, tab?: string) =>
      void navigate({
        replace: true,
        search: (old) => ({
          ...without(old, 'log', ...(id === undefined ? (['tab'] as const) : [])),
          ...(id === undefined ? {} : { log: id }),
          ...(tab === undefined ? {} : { tab }),
        }),
      }),
    [navigate],
  )

  const open = (held: HeldRow) => {
    list?.pause('selection')
    openEntry(held.row.id)
  }
  const close = () => {
    openEntry(undefined)
    if (list?.state().paused === 'selection' && (scroller.current?.scrollTop ?? 0) < 4) list.resume()
    scroller.current?.querySelector<HTMLElement>('[role=row][tabindex="0"]')?.focus({ preventScroll: true })
  }
  const resume = () => {
    scroller.current?.scrollTo({ top: 0 })
    list?.resume()
  }
  const toggle = () => {
    if (!live) setTime(rangeSearch(view.range ?? '1h'))
    else if (!paused) list?.pause('space')
    else resume()
  }

  const wide = useMedia('(min-width: 1180px)')
  // The detail panel replaces the rail.
  const railShown = search.log === undefined && (search.facets === undefined ? wide : search.facets === '1')
  const showRail = (shown: boolean) => {
    void navigate({
      replace: true,
      search: (old) => ({
        ...without(old, 'facets', ...(shown ? (['log', 'tab'] as const) : [])),
        ...(shown === wide ? {} : { facets: shown ? '1' : '0' }),
      }),
    })
    // Move the focus into the opened overlay, and back to the button when it closes.
    if (!shown) railButton.current?.focus()
    else if (!wide) window.requestAnimationFrame(() => rail.current?.focus())
  }

  const narrow = (field: ClauseField, value: string | number, negate: boolean) => {
    try {
      setQuery(withClause(view.q, field, value, { negate }))
    } catch {
      input.current?.focus() // the query is invalid, and the search bar says why
    }
  }

  const keys = useRowKeys({ state, cursor, setCursor, openId: search.log, open, close, narrow, panel })
  useKeys([
    { keys: '/', does: 'Search', group: 'Search', run: () => input.current?.focus() },
    ...keys,
    { keys: '\\', does: 'Show or hide filters', group: 'Search', run: () => showRail(!railShown) },
    { keys: 'Space', does: 'Pause or resume', group: 'Live view', run: toggle },
    { keys: 'Home', does: 'Newest entry, resume', group: 'Live view', run: resume },
    { keys: '[', does: 'Earlier time range', group: 'Time', run: () => shift(-1) },
    { keys: ']', does: 'Later time range', group: 'Time', run: () => shift(1) },
    {
      keys: 'y',
      does: 'Copy link to this view',
      group: 'Everywhere',
      run: () => void copyLink(),
    },
  ])

  async function copyLink() {
    try {
      await copy(window.location.href)
      toast('Link to this view copied')
    } catch {
      toast('The browser blocked copying. Copy the link from the address bar')
    }
  }

  function shift(direction: 1 | -1) {
    const time = shifted(view, direction, Date.now())
    if (time !== undefined) setTime(time)
  }

  const showOlder = () => {
    const last = state?.view.at(state.view.length - 1)
    if (last?.type === 'row') setTime(windowSearch(from, last.held.at + 1))
  }

  useSelectionPause(scroller, (cause) => list?.pause(cause))
  const paused = state !== undefined && state.paused !== null
  useEffect(() => {
    setQuiet(paused)
    return () => setQuiet(false)
  }, [setQuiet, paused])

  // A link to an entry pauses the list, so that new rows do not push the entry away.
  useEffect(() => {
    if (search.log !== undefined) list?.pause('selection')
  }, [list, search.log])

  const filtered = view.q !== ''
  const histogram = useQuery(
    trpc.logs.histogram.queryOptions(
      { ...(filtered ? { q: view.q } : {}), ...windowSearch(from, to), buckets: BUCKETS },
      { placeholderData: keepPreviousData, staleTime: Infinity, enabled: readable },
    ),
  )
  const all = useQuery(
    trpc.logs.histogram.queryOptions(
      { ...windowSearch(from, to), buckets: 1 },
      { enabled: filtered && readable, staleTime: Infinity, placeholderData: (old) => old },
    ),
  )
  const fault = state !== undefined && typeof state.first === 'object' ? state.first : undefined
  const loading = readable && (state === undefined || state.first === 'loading')
  const waiting = useAfter(loading, SKELETON_AFTER_MS)
  const slow = useAfter(loading || shown?.stale === true, SLOW_AFTER_MS)
  const dimmed = useAfter(shown?.stale === true, SKELETON_AFTER_MS)

  const ready = state?.first === 'ready'
  useEffect(() => {
    if (ready) void loadPanel() // preload, so that opening an entry does not wait
  }, [ready])

  const found =
    state?.first === 'ready' &&
    (histogram.data === undefined || histogram.data.incomplete || shown?.stale === true
      ? foundText(state.total, state.totalEstimated, filtered ? all.data?.total : undefined)
      : foundText(histogram.data.total, false, filtered ? all.data?.total : undefined))

  const openId = search.log
  const openRow = openId === undefined ? undefined : list?.row(openId)

  return (
    <Page
      title="Logs"
      tools={
        <>
          <TimeRange
            view={view}
            onRange={(range) => setTime(rangeSearch(range))}
            onWindow={(begin, end) => setTime(windowSearch(begin, end))}
          />
          <PauseButton state={state} connection={connection} live={live} onToggle={toggle} />
        </>
      }
    >
      <div className="flex shrink-0 items-start gap-2 px-5 py-1.5 max-tablet:px-4">
        <FilterBar q={view.q} onChange={setQuery} serverProblems={queryProblems(fault)} input={input}>
          {found}
        </FilterBar>
        <IconButton
          ref={railButton}
          icon={ListFilter}
          label={railShown ? 'Hide filters' : 'Show filters'}
          keys="\"
          aria-expanded={railShown}
          className="mt-0.5 border border-line-strong bg-surface"
          onClick={() => showRail(!railShown)}
        />
      </div>
      {view.problems.map((problem) => (
        <p key={problem} role="status" className="px-5 pb-1 text-small text-warn">
          {problem}
        </p>
      ))}
      <HistogramStrip
        histogram={histogram}
        moving={view.range !== undefined}
        onBrush={(begin, end) => setTime(windowSearch(begin, end))}
      />
      <div className="relative flex min-h-0 flex-1 border-t border-line">
        {railShown && (
          <Suspense fallback={wide && <div className="w-53 shrink-0 border-r border-line" />}>
            <FacetRail
              q={view.q}
              readable={readable}
              from={from}
              to={to}
              over={!wide}
              found={found}
              element={rail}
              onQuery={setQuery}
              onClose={() => showRail(false)}
            />
          </Suspense>
        )}
        <section aria-label="Entries" className="@container relative flex min-w-0 flex-1 flex-col">
          <RefetchBar shown={dimmed} />
          {state !== undefined && (
            <TailBar
              state={state}
              connection={connection}
              filtered={filtered}
              live={live}
              onResume={resume}
              onNarrow={() => input.current?.focus()}
            />
          )}
          {slow && (
            <p role="status" className="flex items-center gap-3 px-5 py-2 text-small text-ink-2">
              Still searching. A search takes at most 10 s.
              <Button onClick={() => list?.cancel()}>Cancel</Button>
            </p>
          )}
          {state !== undefined && state.ended !== null && list !== undefined && (
            <Suspense>
              <SearchEnded ended={state.ended} older={state.older} onOlder={list.loadOlder} />
            </Suspense>
          )}
          {!readable && <EmptyNotice title="The search is invalid">See the error below the search bar.</EmptyNotice>}
          {state?.first === 'cancelled' && (
            <EmptyNotice
              title="Search canceled"
              actions={
                <Button look="primary" onClick={() => list?.retry()}>
                  Search again
                </Button>
              }
            >
              To speed it up, choose a shorter time range or search a single field.
            </EmptyNotice>
          )}
          {fault !== undefined && fault.code !== 'query_invalid' ? (
            <FaultNotice title="The entries could not be loaded" fault={fault} onRetry={() => list?.retry()} />
          ) : loading && fault === undefined ? (
            waiting && <LoadingRows />
          ) : state !== undefined && state.first === 'ready' && state.view.length === 0 && state.older === 'end' ? (
            <div className="min-h-0 flex-1 overflow-y-auto">
              <Suspense>
                <EmptyLogs
                  view={view}
                  from={from}
                  to={to}
                  live={live}
                  onQuery={setQuery}
                  onWindow={(begin, end) => setTime(windowSearch(begin, end))}
                />
              </Suspense>
            </div>
          ) : (
            state?.first === 'ready' &&
            list !== undefined && (
              <div
                className={cn('flex min-h-0 flex-1 flex-col transition-opacity duration-140', dimmed && 'opacity-50')}
              >
                <LogTable
                  state={state}
                  cursor={cursor}
                  selectedId={openId}
                  scroller={scroller}
                  onCursor={setCursor}
                  onOpen={open}
                  onHover={({ row }) =>
                    void queries.prefetchQuery(trpc.logs.get.queryOptions({ id: row.id }, { staleTime: Infinity }))
                  }
                  onOlder={list.loadOlder}
                  onScrolled={(top) => {
                    if (top > 4) list.pause('scroll')
                    else if (list.state().paused === 'scroll') list.resume()
                  }}
                />
                {state.older === 'full' && (
                  <p
                    role="status"
                    className="flex items-center gap-3 border-t border-line px-5 py-2 text-small text-ink-2"
                  >
                    The list is limited to {exact(state.rows)} rows.
                    <Button onClick={showOlder}>Show older entries</Button>
                  </p>
                )}
                {typeof state.older === 'object' && (
                  <p
                    role="alert"
                    className="flex items-center gap-3 border-t border-line px-5 py-2 text-small text-warn"
                  >
                    Older entries could not be loaded. {state.older.message}
                    <Button onClick={list.loadOlder}>Try again</Button>
                  </p>
                )}
              </div>
            )
          )}
        </section>
        {openId !== undefined && (
          <Suspense>
            <DetailPanel
              id={openId}
              row={openRow}
              tab={search.tab}
              onTab={(tab) => openEntry(openId, tab)}
              onMove={(step) =>
                keys
                  .find(({ keys: names }) => names.startsWith(step === 1 ? 'j' : 'k'))
                  ?.run(new KeyboardEvent('keydown'))
              }
              onClose={close}
              onFilter={narrow}
              element={panel}
            />
          </Suspense>
        )}
      </div>
    </Page>
  )
}

function LoadingRows() {
  return (
    <div role="status">
      <span className="sr-only">Loading entries</span>
      <RowsSkeleton rows={12} />
    </div>
  )
}

function queryProblems(fault: Fault | undefined) {
  return fault?.code === 'query_invalid' ? (fault.details.problems ?? []) : []
}

type Known = 'q' | 'range' | 'from' | 'to' | 'facets' | 'log' | 'tab'

function without(search: LogsSearch, ...names: readonly Known[]): LogsSearch {
  return Object.fromEntries(Object.entries(search).filter(([name]) => !names.some((gone) => gone === name)))
}
