import type { Services } from '@sentinelmesh/api'
import { authorise } from '@sentinelmesh/api/constants'
import { apiKeyStore } from '@sentinelmesh/db'
import type { Verb } from '../verb.ts'
import { toApiKey } from './make-key.ts'

export const list: Verb<Services['apiKeys']['list']> = async ({ database }, principal) => {
  const org = authorise(principal, 'apiKeys.list')
  return (await apiKeyStore(database.read).list(org)).map(toApiKey)
}
