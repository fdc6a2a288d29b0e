import type { Principal, Services } from '@sentinelmesh/api'
import { authorise } from '@sentinelmesh/api/constants'
import { auditStore } from '@sentinelmesh/db'
import type { Verb } from '../verb.ts'
import { makeKey } from './make-key.ts'

export const create: Verb<Services['apiKeys']['create']> = async (
  { database, clock },
  principal,
  { name, scopes, senderPrefix = null, keepUnknown = false, entriesPerSecond = null },
) => {
  const org = authorise(principal, 'apiKeys.create')
  const at = clock.now() * 1000
  const createdBy = nameOf(principal)
  return database.transaction(async (tx) => {
    const key = await makeKey(tx, org, {
      name,
      scopes,
      senderPrefix,
      keepUnknown,
      entriesPerSecond,
      createdBy,
      at,
    })
    await auditStore(tx).append(org, {
      at,
      principal: createdBy,
      action: 'apiKeys.create',
      target: key.id,
      details: { name, scopes, ...(entriesPerSecond === null ? {} : { entriesPerSecond }) },
    })
    return key
  })
}

/** How the audit names a caller. */
export function nameOf(principal: Principal | null): string {
  switch (principal?.type) {
    case 'user':
    case 'token':
      return `user:${principal.username}`
    case 'key':
      return `key:${principal.keyId}`
    case 'system':
      return `system:${principal.name}`
    default:
      return 'anonymous'
  }
}
