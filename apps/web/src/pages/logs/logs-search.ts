import { isRange, RANGES, type RangeName } from '../../components/time/ranges.ts'

/** What the address of Logs says, read once. `problems` are told in a line; the rest of the address still holds. */
export interface LogsView {
  readonly q: string
  /** Undefined where `from` and `to` stand still. */
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
  /** Whether the facets are shown, where it is not as usual at this width. */
  readonly facets?: string
  readonly log?: string
  readonly tab?: string
}

export const DEFAULT_RANGE: RangeName = '1h'

export function readLogsSearch({ q = '', range, from, to }: LogsSearch): LogsView {
  const problems: string[] = []
  const begin = instant(from)
  const end = instant(to)
  if (from !== undefined && begin === null) problems.push('The address has a start that is no time.')
  if (to !== undefined && end === null) problems.push('The address has an end that is no time.')
  if (begin !== null && end !== null && end <= begin) {
    return {
      q,
      range: DEFAULT_RANGE,
      from: null,
      to: null,
      problems: [...problems, 'The address ends before it starts, showing the last hour.'],
    }
  }
  if (begin !== null || end !== null) return { q, range: undefined, from: begin, to: end, problems }
  if (range !== undefined && !isRange(range)) problems.push('The address has an unknown range, showing the last hour.')
  return { q, range: isRange(range) ? range : DEFAULT_RANGE, from: null, to: null, problems }
}

function instant(text: string | undefined): number | null {
  const at = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(at) ? null : at
}

/** The part of the address that says which time is shown; the default is left out. */
export function rangeSearch(range: RangeName): Pick<LogsSearch, 'range'> {
  return range === DEFAULT_RANGE ? {} : { range }
}

export function windowSearch(from: number | null, to: number | null): Pick<LogsSearch, 'from' | 'to'> {
  return {
    ...(from === null ? {} : { from: new Date(from).toISOString() }),
    ...(to === null ? {} : { to: new Date(to).toISOString() }),
  }
}

/** Where the shown time begins and ends at `now`; `from` null: at the first entry. */
export function windowAt(view: LogsView, now: number): { readonly from: number | null; readonly to: number } {
  if (view.range === undefined) return { from: view.from, to: view.to ?? now }
  return { from: now - RANGES[view.range].ms, to: now }
}

/** One length of itself earlier or later; back at the present it moves with the clock again. */
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

/** New entries can only come into a time that has not ended. */
export function isLive(view: LogsView, now: number): boolean {
  return view.range !== undefined || view.to === null || view.to > now
}
