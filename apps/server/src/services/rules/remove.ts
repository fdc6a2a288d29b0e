import type { Services } from '@sentinelmesh/api'
import { authorise } from '@sentinelmesh/api/constants'
import { ruleSettingsStore, ruleStore } from '@sentinelmesh/db'
import type { Verb } from '../verb.ts'
import { change, changedMeanwhile } from './change.ts'
import { ruleOf } from './get.ts'
import { ownOf } from './update.ts'

/** Its versions stay readable: matches name them. Throws `conflict`, `forbidden` for a built-in rule, `not_found`. */
export const remove: Verb<Services['rules']['remove']> = async (
  deps,
  principal,
  { id, expected_hash: expected },
  caller,
) => {
  const org = authorise(principal, 'rules.write')
  const { record } = ownOf(ruleOf(await deps.ruleSets.of(org), id))
  const hash = expected ?? record.hash
  await change(deps, { org, principal, caller }, async (tx) => {
    if (!(await ruleStore(tx).remove(org, id, hash))) throw await changedMeanwhile(tx, org, id)
    await ruleSettingsStore(tx).remove(org, id)
    return { action: 'rules.remove', target: id, details: { hash, title: record.title } }
  })
  deps.costs.forgive(org, id)
  return { id }
}
