import { randomBytes, randomUUID } from 'node:crypto'
import { DomainError } from '@sentinelmesh/api/constants'
import { membershipStore, orgStore, userStore, type Transaction } from '@sentinelmesh/db'
import type { AuditedChange } from '../../audit/write.ts'

export interface NewOwner {
  readonly org: string
  readonly username: string
  readonly passwordHash: string
  readonly demo?: boolean
  /** Microseconds. */
  readonly at: number
}

/**
 * Creates a user and an org that the user owns. The caller must write the returned `audit` record. Throws
 * `username_taken` and `org_exists`; the transaction must then be rolled back.
 */
export async function createOwner(tx: Transaction, { org: name, username, passwordHash, demo = false, at }: NewOwner) {
  const user = await userStore(tx).create({ username, passwordHash, at })
  if (user === undefined) throw new DomainError('username_taken')
  const org = await orgStore(tx).create({ uid: randomUUID(), name, hmacKey: randomBytes(32), demo, at })
  if (org === undefined) throw new DomainError('org_exists')
  await membershipStore(tx).add(org.id, { user: user.id, role: 'owner', at })
  const audit: AuditedChange = { org: org.id, action: 'users.create', target: username, details: { role: 'owner' } }
  return { org, user, audit }
}
