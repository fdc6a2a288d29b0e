import type { OrgId, Retention } from '@sentinelmesh/api'
import { retentionStore } from '@sentinelmesh/db'
import { toIso } from '@sentinelmesh/telemetry/timestamp'
import type { Deps, Verb } from '../verb.ts'
import { inForce } from '../../consumers/retention/in-force.ts'

export const get: Verb<'settings.retention.get', 'config'> = (deps, { org }) => retentionOf(deps, org)

export async function retentionOf({ database, config }: Deps<'config'>, org: OrgId): Promise<Retention> {
  const store = retentionStore(database.read)
  const [decided, { oldest, ...stored }] = await Promise.all([store.get(org), store.stored(org)])
  const { days, maxBytes, rollupsDays } = inForce(decided, config.retentionDays)
  return {
    days: decided.days,
    max_bytes: decided.maxBytes,
    rollups_days: decided.rollupsDays,
    in_force: { days, max_bytes: maxBytes, rollups_days: rollupsDays },
    default_days: config.retentionDays,
    stored: { ...stored, oldest: oldest === null ? null : toIso(oldest) },
  }
}
