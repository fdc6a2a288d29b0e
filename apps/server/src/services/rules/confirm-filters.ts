import type { Services } from '@sentinelmesh/api'
import { authorise } from '@sentinelmesh/api/constants'
import { ruleStore } from '@sentinelmesh/db'
import type { Verb } from '../verb.ts'
import { change } from './change.ts'

/** From now on these imported filters bind to rules of others too. Those that are not waiting for it are passed over. */
export const confirmFilters: Verb<Services['rules']['confirmFilters']> = async (deps, principal, { ids }, caller) => {
  const org = authorise(principal, 'rules.confirm')
  let confirmed: string[] = []
  await change(deps, { org, principal, caller }, async (tx, by) => {
    confirmed = await ruleStore(tx).confirm(org, ids, by)
    return { action: 'rules.confirmFilters', target: confirmed.join(' ').slice(0, 500), details: { ids: confirmed } }
  })
  return { confirmed }
}
