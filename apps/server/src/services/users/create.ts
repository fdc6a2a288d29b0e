import { DomainError } from '@sentinelmesh/api/constants'
import { auditStore, membershipStore, orgStore, userStore } from '@sentinelmesh/db'
import { networkOf } from '../../auth/network.ts'
import { callerName } from '../audit/caller-name.ts'
import type { Verb } from '../verb.ts'
import { createOwner } from '../auth/create-owner.ts'

/**
 * A user in a new org, whose owner it becomes, or in an existing one. Only for who holds the data folder. With the
 * first user the set-up link ends. Throws `forbidden`, `username_taken`.
 */
export const create: Verb<'users.create'> = async (
  { database, passwords, clock, identities, setupLink, signInAttempts },
  { principal, remoteAddress },
  input,
) => {
  const { username, org: name, password } = input
  const passwordHash = await passwords.hash(password, { network: null, username, known: true })
  const at = clock.now() * 1000
  const role = await database.transaction(async (tx) => {
    const org = await orgStore(tx).byName(name)
    if (org === undefined) {
      await createOwner(tx, { username, org: name, passwordHash, at, by: callerName(principal), remoteAddress })
      return 'owner' as const
    }
    const user = await userStore(tx).create({ username, passwordHash, at })
    if (user === undefined) throw new DomainError('username_taken')
    await membershipStore(tx).add(org.id, { user: user.id, role: input.role, at })
    await auditStore(tx).append(org.id, {
      at,
      principal: callerName(principal),
      remoteAddress,
      action: 'users.create',
      target: username,
      details: { role: input.role },
    })
    return input.role
  })
  identities.forget()
  setupLink.end()
  // Access to the data folder vouches for the user on this machine.
  for (const address of ['127.0.0.1', '::1']) signInAttempts.know({ username, network: networkOf(address) })
  return { username, org: name, role }
}
