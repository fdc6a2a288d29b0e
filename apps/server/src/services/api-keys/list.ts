import type { Services } from '@sentinelmesh/api'
import { authorise, DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { apiKeyStore } from '@sentinelmesh/db'
import type { Verb } from '../verb.ts'
import { toApiKey } from './make-key.ts'

/** Throws `cursor_invalid` if the organization has no key of the id that the page begins after. */
export const list: Verb<Services['apiKeys']['list']> = async ({ database }, principal, { after } = {}) => {
  const org = authorise(principal, 'apiKeys.list')
  const keys = await apiKeyStore(database.read).list(org, { after, most: LIMITS.keysListed })
  if (keys === undefined) throw new DomainError('cursor_invalid')
  return keys.map(toApiKey)
}
