import type { LogId, Services } from '@sentinelmesh/api'
import { authorise, DomainError } from '@sentinelmesh/api/constants'
import type { Verb } from '../verb.ts'
import { toDetail } from './to-wire.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Throws `not_found`, also for an entry of another org. */
export const get: Verb<Services['logs']['get']> = async ({ database }, principal, { id }) => {
  const org = authorise(principal, 'logs.read')
  const stored = UUID.test(id) ? await database.logs.get(org, id.toLowerCase() as LogId) : undefined
  if (stored === undefined) {
    throw new DomainError('not_found', {
      say: 'There is no entry with this id in this organization. It may have expired by retention.',
    })
  }
  return toDetail(stored)
}
