import { randomBytes, randomUUID } from 'node:crypto'
import { DomainError } from '@sentinelmesh/api/constants'
import { auditStore, membershipStore, orgStore, userStore, type Transaction } from '@sentinelmesh/db'

export interface NewOwner {
  readonly org: string
  readonly username: string
  readonly passwordHash: string
  readonly demo?: boolean
  /** Microseconds. */
  readonly at: number
  /** Who does this, for the audit. */
  readonly by: string
  readonly remoteAddress: string | null
}

/** A user with an org of its own. Throws `username_taken`, `org_exists`; nothing is created then. */
export async function createOwner(
  tx: Transaction,
  { org: name, username, passwordHash, demo = false, at, by, remoteAddress }: NewOwner,
) {
  const user = await userStore(tx).create({ username, passwordHash, at })
  if (user === undefined) throw new DomainError('username_taken')
  const org = await orgStore(tx).create({ uid: randomUUID(), name, hmacKey: randomBytes(32), demo, at })
  if (org === undefined) throw new DomainError('org_exists')
  await membershipStore(tx).add(org.id, { user: user.id, role: 'owner', at })
  await auditStore(tx).append(org.id, {
    at,
    principal: by,
    action: 'users.create',
    target: username,
    remoteAddress,
    details: { role: 'owner' },
  })
  return { org, user }
}
