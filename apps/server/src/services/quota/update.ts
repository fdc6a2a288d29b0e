import { ingestQuotaStore } from '@sentinelmesh/db'
import { write } from '../../audit/write.ts'
import type { Verb } from '../verb.ts'
import { quotaOf } from './get.ts'

/** Takes effect with the next request. */
export const update: Verb<'settings.quota.update', 'ingest'> = async (
  deps,
  call,
  { entries_per_second: entriesPerSecond },
) => {
  const { org } = call
  const { quotas } = deps.ingest
  await write(deps, call, async (tx, by) => {
    const details = { entries_per_second: entriesPerSecond }
    const result = await ingestQuotaStore(tx).set(org, entriesPerSecond, by)
    return { result, audit: { action: 'settings.quota', details } }
  })
  quotas.changed(org, entriesPerSecond)
  return quotaOf(quotas, org, entriesPerSecond)
}
