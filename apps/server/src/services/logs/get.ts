import type { Services } from '@sentinelmesh/api'
import { authorise } from '@sentinelmesh/api/constants'
import type { Verb } from '../verb.ts'
import { storedEntry } from './stored.ts'
import { toDetail } from './to-wire.ts'

/** Throws `not_found`, also for an entry of another org. */
export const get: Verb<Services['logs']['get']> = async (deps, principal, { id }, { signal }) => {
  const org = authorise(principal, 'logs.read')
  const [stored, { rules }] = await Promise.all([
    storedEntry(deps.database.reading(signal), org, id),
    deps.ruleSets.of(org),
  ])
  return toDetail(stored, (filterId) => rules.get(filterId)?.title ?? filterId)
}
