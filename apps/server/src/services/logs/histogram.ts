import type { Services } from '@sentinelmesh/api'
import { authorise } from '@sentinelmesh/api/constants'
import { toIso } from '../../ingest/timestamp.ts'
import type { Verb } from '../verb.ts'
import { readFilter } from './filter.ts'

const HOUR_US = 3600 * 1e6

/** Without `from` it begins an hour before `to`, without `to` it ends now. Throws `query_invalid`, `invalid_input`. */
export const histogram: Verb<Services['logs']['histogram']> = async ({ database, clock }, principal, input) => {
  const org = authorise(principal, 'logs.read')
  const filter = readFilter(input, clock.now())
  const to = filter.to ?? filter.now
  const from = filter.from ?? to - HOUR_US
  const { counts, incomplete } = await database.search.histogram(org, { ...filter, from, to }, input.buckets)
  const step = (to - from) / input.buckets
  return {
    from: toIso(from),
    to: toIso(to),
    stepMs: Math.round(step / 1000),
    buckets: counts.map((bands, index) => ({ ...bands, at: toIso(from + index * step) })),
    total: counts.reduce(
      (sum, { none, low, medium, high, critical }) => sum + none + low + medium + high + critical,
      0,
    ),
    incomplete,
  }
}
