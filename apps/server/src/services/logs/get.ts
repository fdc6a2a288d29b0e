import type { Verb } from '../verb.ts'
import { storedEntry } from './stored.ts'
import { toDetail } from './to-wire.ts'

/** Throws `not_found`, also for an entry of another org. */
export const get: Verb<'logs.get', 'ruleSets'> = async (deps, { org, signal }, { id }) => {
  const [stored, { rules }] = await Promise.all([
    storedEntry(deps.database.reading(signal), org, id),
    deps.ruleSets.of(org),
  ])
  return toDetail(stored, (filterId) => rules.get(filterId)?.title ?? filterId)
}
