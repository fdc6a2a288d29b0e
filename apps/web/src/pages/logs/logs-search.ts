import { isRange, RANGES, type RangeName } from '../../components/time/ranges.ts'

/** The URL of the logs page, parsed. The page lists `problems` and uses the rest of the URL. */
export interface LogsView {
  readonly q: string
  /** Undefined for a fixed range. */
  readonly range: RangeName | undefined
  readonly from: number | null
  readonly to: number | null
  readonly problems: readonly string[]
}

export interface LogsSearch {
  readonly q?: string
  readonly range?: string
  readonly from?: string
  readonly to?: string
  /** Whether the filters are shown, if that differs from the default for the window's width. */
  readonly facets?: string
  readonly log?: string
  readonly tab?: string
}

export const DEFAULT_RANGE: RangeName = '1h'

export function readLogsSearch({ q = '', range, from, to }: LogsSearch): LogsView {
  const problems: string[] = []
  const begin = instant(from)
  const end = instant(to)
  if (from !== undefined && begin === null) problems.push('The start time in the URL is invalid.')
  if (to !== undefined && end === null) problems.push('The end time in the URL is invalid.')
  if (begin !== null && end !== null && end <= begin) {
    return {
      q,
      range: DEFAULT_RANGE,
      from: null,
      to: null,
      problems: [...problems, 'The time range in the URL ends before it starts. Showing the last hour.'],
    }
  }
  if (begin !== null || end !== null) return { q, range: undefined, from: begin, to: end, problems }
  if (range !== undefined && !isRange(range))
    problems.push('The time range in the URL is unknown. Showing the last hour.')
  return { q, range: isRange(range) ? range : DEFAULT_RANGE, from: null, to: null, problems }
}

function instant(text: string | undefined): number | null {
  const at = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(at) ? null : at
}

/** The search parameters of a range; none for the default. */
export function rangeSearch(range: RangeName): Pick<LogsSearch, 'range'> {
  return range === DEFAULT_RANGE ? {} : { range }
}

export function windowSearch(from: number | null, to: number | null): Pick<LogsSearch, 'from' | 'to'> {
  return {
    ...(from === null ? {} : { from: new Date(from).toISOString() }),
    ...(to === null ? {} : { to: new Date(to).toISOString() }),
  }
}

/** Start and end of the time range at `now`; a `from` of null is the first entry. */
export function windowAt(view: LogsView, now: number): { readonly from: number | null; readonly to: number } {
  if (view.range === undefined) return { from: view.from, to: view.to ?? now }
  return { from: now - RANGES[view.range].ms, to: now }
}

/** The range moved by its own length. A range that reaches the present moves with time again. */
export function shifted(
  view: LogsView,
  direction: -1 | 1,
  now: number,
): Pick<LogsSearch, 'range' | 'from' | 'to'> | undefined {
  const { from, to } = windowAt(view, now)
  if (from === null) return undefined
  if (view.range !== undefined && direction === 1) return undefined
  const length = to - from
  const end = to + direction * length
  const range = Object.entries(RANGES).find(([, { ms }]) => Math.abs(ms - length) < 1_000)?.[0]
  if (end >= now && isRange(range)) return rangeSearch(range)
  return windowSearch(from + direction * length, end)
}

/** Returns whether new entries can still fall into the range. */
export function isLive(view: LogsView, now: number): boolean {
  return view.range !== undefined || view.to === null || view.to > now
}
