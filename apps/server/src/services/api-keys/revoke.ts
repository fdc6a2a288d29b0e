import type { Services } from '@sentinelmesh/api'
import { authorise, DomainError } from '@sentinelmesh/api/constants'
import { apiKeyStore, auditStore } from '@sentinelmesh/db'
import type { Verb } from '../verb.ts'
import { nameOf } from './create.ts'
import { toApiKey } from './make-key.ts'

/** From the next request on the key is nobody's. Throws `not_found`. */
export const revoke: Verb<Services['apiKeys']['revoke']> = async (
  { database, clock, identities },
  principal,
  { id },
) => {
  const org = authorise(principal, 'apiKeys.revoke')
  const at = clock.now() * 1000
  const revoked = await database.transaction(async (tx) => {
    const row = await apiKeyStore(tx).revoke(org, id, at)
    if (row === undefined) throw new DomainError('not_found', { say: 'There is no such API key in this organization.' })
    await auditStore(tx).append(org, { at, principal: nameOf(principal), action: 'apiKeys.revoke', target: id })
    return row
  })
  identities.forget()
  return toApiKey(revoked)
}
