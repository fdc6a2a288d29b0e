import { toIso } from '@sentinelmesh/telemetry/timestamp'
import type { Verb } from '../verb.ts'
import { readFilter } from './filter.ts'
import { narrowing } from './narrow.ts'

const HOUR_US = 3600 * 1e6
const MINUTE_US = 60 * 1e6

/**
 * The default of `from` is an hour before `to`. The default of `to` is now. Like roll-ups, steps of a minute or more
 * are whole minutes, steps of an hour or more are whole hours, and they begin on multiples of their length. So bars
 * keep their shape as time passes, and cost does not grow with the log. Throws `query_invalid`, `invalid_input`.
 */
export const histogram: Verb<'logs.histogram'> = async ({ database, clock }, { org, signal }, input) => {
  const filter = readFilter(input, clock.now())
  const until = filter.to ?? filter.now
  const { from, to, step, buckets } = steps(filter.from ?? until - HOUR_US, until, input.buckets)
  const { counts, ...extent } = await database.reading(signal).search.histogram(org, { ...filter, from, to }, buckets)
  return {
    from: toIso(from),
    to: toIso(to),
    stepMs: Math.round(step / 1000),
    buckets: counts.map((bands, index) => ({ ...bands, at: toIso(from + index * step) })),
    total: counts.reduce(
      (sum, { none, low, medium, high, critical }) => sum + none + low + medium + high + critical,
      0,
    ),
    ...narrowing({ ...filter, from }, extent),
  }
}

/** Covers the range with at most `most` steps. All values are in microseconds. */
function steps(from: number, to: number, most: number): { from: number; to: number; step: number; buckets: number } {
  if (to - from < most * MINUTE_US) return { from, to, step: (to - from) / most, buckets: most }
  // Roll-ups exist per minute and per hour.
  const unit = to - from < most * HOUR_US ? MINUTE_US : HOUR_US
  let step = Math.ceil((to - from) / most / unit) * unit
  // Aligning the start may add one step too many.
  while (Math.ceil(to / step) - Math.floor(from / step) > most) step += unit
  const start = Math.floor(from / step) * step
  const buckets = Math.ceil(to / step) - Math.floor(from / step)
  return { from: start, to: start + buckets * step, step, buckets }
}
