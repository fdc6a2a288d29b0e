import { DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { apiKeyStore } from '@sentinelmesh/db'
import type { Verb } from '../verb.ts'
import { toApiKey } from './make-key.ts'

/** Throws `cursor_invalid` if `after` is not the id of one of the organization's keys. */
export const list: Verb<'apiKeys.list'> = async ({ database }, { org }, { after } = {}) => {
  const keys = await apiKeyStore(database.read).list(org, { after, most: LIMITS.keysListed })
  if (keys === undefined) throw new DomainError('cursor_invalid')
  return keys.map(toApiKey)
}
