import { ruleSettingsStore, ruleStore } from '@sentinelmesh/db'
import type { Verb } from '../verb.ts'
import { change, changedMeanwhile } from './change.ts'
import { ruleOf } from './get.ts'
import { ownOf } from './update.ts'

/**
 * Old versions stay readable, because matches refer to them. Throws `conflict`, `forbidden` for a built-in rule,
 * `not_found`.
 */
export const remove: Verb<'rules.remove', 'costs' | 'ruleSets'> = async (
  deps,
  call,
  { id, expected_hash: expected },
) => {
  const { org } = call
  const { record } = ownOf(ruleOf(await deps.ruleSets.of(org), id))
  const hash = expected ?? record.hash
  await change(deps, call, async (tx) => {
    if (!(await ruleStore(tx).remove(org, id, hash))) throw await changedMeanwhile(tx, org, id)
    await ruleSettingsStore(tx).remove(org, id)
    return { action: 'rules.remove', target: id, details: { hash, title: record.title } }
  })
  deps.costs.forgive(org, id)
  return { id }
}
