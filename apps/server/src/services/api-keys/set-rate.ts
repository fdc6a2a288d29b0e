import type { Services } from '@sentinelmesh/api'
import { authorise, DomainError } from '@sentinelmesh/api/constants'
import { apiKeyStore, auditStore } from '@sentinelmesh/db'
import type { Verb } from '../verb.ts'
import { nameOf } from './create.ts'
import { toApiKey } from './make-key.ts'

/** In force for the next request. Throws `not_found`. */
export const setRate: Verb<Services['apiKeys']['setRate']> = async (
  { database, clock, identities },
  principal,
  { id, entriesPerSecond },
  { remoteAddress },
) => {
  const org = authorise(principal, 'apiKeys.setRate')
  const changed = await database.transaction(async (tx) => {
    const row = await apiKeyStore(tx).setRate(org, id, entriesPerSecond)
    if (row === undefined) throw new DomainError('not_found', { say: 'There is no such API key in this organization.' })
    await auditStore(tx).append(org, {
      at: clock.now() * 1000,
      principal: nameOf(principal),
      action: 'apiKeys.setRate',
      target: id,
      remoteAddress,
      details: { entriesPerSecond },
    })
    return row
  })
  identities.forget()
  return toApiKey(changed)
}
