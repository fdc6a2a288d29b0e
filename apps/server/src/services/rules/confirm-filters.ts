import { ruleStore } from '@sentinelmesh/db'
import type { Verb } from '../verb.ts'
import { change } from './change.ts'

/**
 * Lets these imported filters also bind to rules outside their import. Skips filters that do not wait for confirmation.
 */
export const confirmFilters: Verb<'rules.confirmFilters', 'ruleSets'> = async (deps, call, { ids }) => {
  const { org } = call
  let confirmed: string[] = []
  await change(deps, call, async (tx, by) => {
    confirmed = await ruleStore(tx).confirm(org, ids, by)
    return { action: 'rules.confirmFilters', target: confirmed.join(' ').slice(0, 500), details: { ids: confirmed } }
  })
  return { confirmed }
}
