import { apiKeyStore } from '@sentinelmesh/db'
import { writeIdentities } from '../../audit/write.ts'
import type { Verb } from '../verb.ts'
import { toApiKey } from './make-key.ts'
import { noSuchKey } from './revoke.ts'

/** Takes effect with the next request. Throws `not_found`. */
export const setRate: Verb<'apiKeys.setRate', 'identities'> = (deps, call, { id, entriesPerSecond }) =>
  writeIdentities(deps, call, async (tx) => {
    const row = await apiKeyStore(tx).setRate(call.org, id, entriesPerSecond)
    if (row === undefined) throw noSuchKey()
    return { result: toApiKey(row), audit: { action: 'apiKeys.setRate', target: id, details: { entriesPerSecond } } }
  })
