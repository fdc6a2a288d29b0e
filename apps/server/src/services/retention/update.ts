import { DomainError } from '@sentinelmesh/api/constants'
import { retentionStore } from '@sentinelmesh/db'
import { write } from '../../audit/write.ts'
import type { Verb } from '../verb.ts'
import { retentionOf } from './get.ts'

/** Takes effect immediately. Entries that are too old are deleted within minutes. Throws `invalid_input`. */
export const update: Verb<'settings.retention.update', 'config'> = async (deps, call, input) => {
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
  await write(deps, call, async (tx, by) => {
    const details = { days, max_bytes: maxBytes, rollups_days: rollupsDays }
    const result = await retentionStore(tx).set(call.org, { days, maxBytes, rollupsDays }, by)
    return { result, audit: { action: 'settings.retention', details } }
  })
  return retentionOf(deps, call.org)
}
