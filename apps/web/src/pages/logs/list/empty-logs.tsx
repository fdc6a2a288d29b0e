import { clauses, parse, withoutClause } from '@sentinelmesh/query'
import { useQueries, useQuery } from '@tanstack/react-query'
import { Button } from '../../../components/inputs/button.tsx'
import { EmptyNotice } from '../../../components/notices/notice.tsx'
import { When } from '../../../components/time/when.tsx'
import { visibleString } from '../../../components/text/visible-text.ts'
import { count, counted } from '../../../figures.ts'
import { DAY, MINUTE } from '../../../time.ts'
import { useTRPC } from '../../../trpc.ts'
import { windowSearch, type LogsView } from '../logs-search.ts'

interface EmptyLogsProps {
  readonly view: LogsView
  readonly from: number | null
  readonly to: number
  readonly live: boolean
  readonly onQuery: (q: string) => void
  readonly onWindow: (from: number, to: number) => void
}

/** Maximum number of filters that are left out to count, one at a time. */
const MAX_TRIED = 6

/** Names the filter that excludes the most entries, and when the newest matching entry arrived. The server counts. */
export function EmptyLogs({ view, from, to, live, onQuery, onWindow }: EmptyLogsProps) {
  const trpc = useTRPC()
  const { q } = view
  const chips = clauses(parse(q).ast).slice(0, MAX_TRIED)
  const options = { staleTime: 60_000 }
  // Rounded to minutes, because a moving range would count again every few seconds.
  const window = windowSearch(
    from === null ? null : Math.floor(from / MINUTE) * MINUTE,
    Math.ceil(to / MINUTE) * MINUTE,
  )
  const without = useQueries({
    queries: chips.map((_, at) => {
      const rest = withoutClause(q, at)
      return trpc.logs.page.queryOptions({ ...(rest === '' ? {} : { q: rest }), ...window, limit: 1 }, options)
    }),
  })
  const anyTime = useQuery(trpc.logs.page.queryOptions({ ...(q === '' ? {} : { q }), limit: 1 }, options))
  const newest = anyTime.data?.items[0]

  const counts = without.map(({ data }, at) => ({
    at,
    total: data?.total ?? 0,
    estimated: data?.totalEstimated ?? false,
  }))
  const best = counts.reduce<(typeof counts)[number] | undefined>(
    (most, each) => (each.total > (most?.total ?? 0) ? each : most),
    undefined,
  )
  const chip = best === undefined ? undefined : chips[best.at]

  return (
    <EmptyNotice
      title={q === '' ? 'No entries in this time range' : 'No entries match these filters'}
      actions={
        <>
          {best !== undefined && (
            <Button look="primary" onClick={() => onQuery(withoutClause(q, best.at))}>
              Remove that filter
            </Button>
          )}
          {newest !== undefined && (
            <Button
              look={best === undefined ? 'primary' : 'neutral'}
              onClick={() => {
                const at = Date.parse(newest.at)
                onWindow(at - DAY, at + 1_000)
              }}
            >
              Show the day before it
            </Button>
          )}
          {q !== '' && <Button onClick={() => onQuery('')}>Clear all</Button>}
        </>
      }
    >
      {chip !== undefined && best !== undefined && (
        <p>
          {best.estimated ? '≈ ' : ''}
          {count(best.total)} match without <span className="font-medium text-ink">{visibleString(chip.text)}</span>.
        </p>
      )}
      {newest !== undefined && anyTime.data !== undefined && (
        <p>
          {anyTime.data.totalEstimated ? '≈ ' : ''}
          {counted(anyTime.data.total, 'entry', 'entries')} {q === '' ? 'exist' : 'match'} outside this time range, the
          newest <When at={newest.at} />.
        </p>
      )}
      {live && <p>Listening. New entries appear here automatically.</p>}
    </EmptyNotice>
  )
}
