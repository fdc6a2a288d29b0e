import { DomainError } from '@sentinelmesh/api/constants'
import { membershipStore, orgStore, userStore } from '@sentinelmesh/db'
import { networkOf } from '../../auth/network.ts'
import { writeIdentities } from '../../audit/write.ts'
import type { Verb } from '../verb.ts'
import { createOwner } from '../auth/create-owner.ts'

/**
 * Creates a user as the owner of a new org, or as a member of an existing one. Requires access to the data folder. The
 * first user invalidates the setup link. Throws `forbidden`, `username_taken`.
 */
export const create: Verb<'users.create', 'identities' | 'passwords' | 'setupLink' | 'signInAttempts'> = async (
  deps,
  call,
  input,
) => {
  const { passwords, setupLink, signInAttempts } = deps
  const { username, org: name, password } = input
  const passwordHash = await passwords.hash(password, { network: null, username, known: true })
  const role = await writeIdentities(deps, call, async (tx, { at }) => {
    const org = await orgStore(tx).byName(name)
    if (org === undefined) {
      const { audit } = await createOwner(tx, { username, org: name, passwordHash, at })
      return { result: 'owner' as const, audit }
    }
    const user = await userStore(tx).create({ username, passwordHash, at })
    if (user === undefined) throw new DomainError('username_taken')
    await membershipStore(tx).add(org.id, { user: user.id, role: input.role, at })
    const details = { role: input.role }
    return { result: input.role, audit: { org: org.id, action: 'users.create', target: username, details } }
  })
  setupLink.end()
  // A user created through the data folder is trusted on this machine.
  for (const address of ['127.0.0.1', '::1']) signInAttempts.know({ username, network: networkOf(address) })
  return { username, org: name, role }
}
