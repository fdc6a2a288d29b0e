import type { Overview } from '@sentinelmesh/api'
import type { RangeName } from '../../components/time/ranges.ts'

/** What every part of the page gets. */
export interface SectionProps {
  readonly overview: Overview
  readonly range: RangeName
  readonly className?: string
}

/** The search of Logs that shows what a figure counts; the range is left out where it is the default there. */
export function logsSearch(range: RangeName, q: string, log?: string) {
  return { ...(q === '' ? {} : { q }), ...(range === '1h' ? {} : { range }), ...(log === undefined ? {} : { log }) }
}
