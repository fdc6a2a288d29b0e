import { LIMITS } from '@sentinelmesh/api/constants'
import { retentionStore } from '@sentinelmesh/db'
import type { Verb } from '../verb.ts'
import { daysBefore } from '../../consumers/retention/in-force.ts'

/** Counts entries by age exactly. The estimate by size assumes entries of average size. */
export const preview: Verb<'settings.retention.preview', 'config'> = async (
  { database, config, clock },
  { org },
  { days, max_bytes: maxBytes },
) => {
  const store = retentionStore(database.read)
  const before = daysBefore(clock.now() * 1000, days ?? config.retentionDays)
  const [byAge, { entries, bytes }] = await Promise.all([
    store.countBefore(org, before, LIMITS.retentionCounted),
    store.stored(org),
  ])
  const bySize = maxBytes === null || bytes <= maxBytes ? 0 : Math.ceil(entries * (1 - maxBytes / bytes))
  return bySize > byAge
    ? { entries: bySize, estimated: true }
    : { entries: byAge, estimated: byAge === LIMITS.retentionCounted }
}
