import { DomainError } from '@sentinelmesh/api/constants'
import { apiKeyStore } from '@sentinelmesh/db'
import { writeIdentities } from '../../audit/write.ts'
import type { Verb } from '../verb.ts'
import { toApiKey } from './make-key.ts'

/** The key is invalid from the next request on. Throws `not_found`. */
export const revoke: Verb<'apiKeys.revoke', 'identities'> = (deps, call, { id }) =>
  writeIdentities(deps, call, async (tx, { at }) => {
    const row = await apiKeyStore(tx).revoke(call.org, id, at)
    if (row === undefined) throw noSuchKey()
    return { result: toApiKey(row), audit: { action: 'apiKeys.revoke', target: id } }
  })

export function noSuchKey(): DomainError {
  return new DomainError('not_found', { say: 'There is no such API key in this organization.' })
}
