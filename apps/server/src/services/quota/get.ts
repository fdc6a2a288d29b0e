import type { IngestQuota, OrgId } from '@sentinelmesh/api'
import { rateOf, type Quotas, type Throttled } from '../../ingest/quotas.ts'
import type { Verb } from '../verb.ts'

export const get: Verb<'settings.quota.get', 'ingest'> = async ({ ingest: { quotas } }, { org }) =>
  quotaOf(quotas, org, await quotas.ofOrg(org))

export function quotaOf(quotas: Quotas, org: OrgId, entriesPerSecond: number | null): IngestQuota {
  const { org: own, keys } = quotas.throttled(org)
  return {
    entries_per_second: entriesPerSecond,
    burst: entriesPerSecond === null ? null : rateOf(entriesPerSecond).burst,
    refused: own === null ? null : toWire(own),
    keys: Array.from(keys, ([id, refused]) => ({ id, refused: toWire(refused) })),
  }
}

function toWire({ entries, lastMs }: Throttled) {
  return { entries, last_at: new Date(lastMs).toISOString() }
}
