import type { Services } from '@sentinelmesh/api'
import { authorise, DomainError } from '@sentinelmesh/api/constants'
import { auditStore, retentionStore } from '@sentinelmesh/db'
import { nameOf } from '../api-keys/create.ts'
import type { Verb } from '../verb.ts'
import { retentionOf } from './get.ts'

/** In force at once; what is too old goes within the next minutes. Throws `invalid_input`. */
export const update: Verb<Services['settings']['updateRetention']> = async (deps, principal, input, caller) => {
  const org = authorise(principal, 'settings.write')
  const { days, max_bytes: maxBytes, rollups_days: rollupsDays } = input
  const entryDays = days ?? deps.config.retentionDays
  if (rollupsDays !== null && rollupsDays < entryDays) {
    throw new DomainError('invalid_input', {
      issues: [
        {
          loc: ['body', 'rollups_days'],
          msg: `rollups_days is ${rollupsDays}, less than the ${entryDays} days that entries are kept. Counts are kept at least as long as what they count: give ${entryDays} or more, or null.`,
          type: 'too_small',
        },
      ],
    })
  }
  const at = deps.clock.now() * 1000
  const by = nameOf(principal)
  await deps.database.transaction(async (tx) => {
    await retentionStore(tx).set(org, { days, maxBytes, rollupsDays }, { at, by })
    const { remoteAddress } = caller
    const details = { days, max_bytes: maxBytes, rollups_days: rollupsDays }
    await auditStore(tx).append(org, { at, principal: by, action: 'settings.retention', remoteAddress, details })
  })
  return retentionOf(deps, org)
}
