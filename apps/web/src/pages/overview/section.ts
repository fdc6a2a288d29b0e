import type { Overview } from '@sentinelmesh/api'
import type { RangeName } from '../../components/time/ranges.ts'

/** Props of each section of the page. */
export interface SectionProps {
  readonly overview: Overview
  readonly range: RangeName
  readonly className?: string
}

/** Search parameters of the logs page that show what a number counts. Omits the default range. */
export function logsSearch(range: RangeName, q: string, log?: string) {
  return { ...(q === '' ? {} : { q }), ...(range === '1h' ? {} : { range }), ...(log === undefined ? {} : { log }) }
}
