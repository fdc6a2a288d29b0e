import type { Services } from '@sentinelmesh/api'
import { authorise } from '@sentinelmesh/api/constants'
import { auditStore, ingestQuotaStore } from '@sentinelmesh/db'
import { nameOf } from '../api-keys/create.ts'
import type { Verb } from '../verb.ts'
import { quotaOf } from './get.ts'

/** In force for the next request. */
export const update: Verb<Services['settings']['updateQuota']> = async (
  { database, clock, ingest: { quotas } },
  principal,
  { entries_per_second: entriesPerSecond },
  { remoteAddress },
) => {
  const org = authorise(principal, 'settings.write')
  const at = clock.now() * 1000
  const by = nameOf(principal)
  await database.transaction(async (tx) => {
    await ingestQuotaStore(tx).set(org, entriesPerSecond, { at, by })
    const details = { entries_per_second: entriesPerSecond }
    await auditStore(tx).append(org, { at, principal: by, action: 'settings.quota', remoteAddress, details })
  })
  quotas.changed(org, entriesPerSecond)
  return quotaOf(quotas, org, entriesPerSecond)
}
