import { DomainError } from '@sentinelmesh/api/constants'
import { oneTimeTokenStore, orgStore, userStore } from '@sentinelmesh/db'
import { sha256 } from '../../auth/api-key-text.ts'
import { networkOf } from '../../auth/network.ts'
import { writeIdentities } from '../../audit/write.ts'
import type { Deps } from '../verb.ts'
import { createOwner } from './create-owner.ts'

export interface Registration {
  readonly username: string
  readonly password: string
  readonly org: string
  readonly setup_token?: string | undefined
  readonly invitation?: string | undefined
}

/**
 * The seed's endpoint that creates a user with an org. Throws, in this order, `registration_closed` or
 * `setup_token_invalid`, `username_taken`, `org_exists`. Invitations do not exist yet, so none is valid.
 */
export async function register(
  deps: Deps<'config' | 'identities' | 'passwords' | 'setupLink' | 'signInAttempts'>,
  input: Registration,
  remoteAddress: string | null,
): Promise<{ username: string; org: string }> {
  const { config, database, clock, passwords, setupLink, signInAttempts } = deps
  const network = networkOf(remoteAddress)
  const first = await setupLink.needed()
  if (config.registration === 'closed' || (config.registration === 'first-user' && !first))
    throw new DomainError('registration_closed')
  const needsToken = config.registration === 'first-user'
  const setupHash = sha256(input.setup_token ?? '')
  // Checks everything before the expensive hash. The transaction checks again.
  if (needsToken && !(await oneTimeTokenStore(database.read).exists(setupHash, 'setup', clock.now() * 1000)))
    throw new DomainError('setup_token_invalid')
  if ((await userStore(database.read).byUsername(input.username)) !== undefined) throw new DomainError('username_taken')
  if ((await orgStore(database.read).byName(input.org)) !== undefined) throw new DomainError('org_exists')
  const passwordHash = await passwords.hash(input.password, { network, username: input.username, known: needsToken })
  await writeIdentities(deps, { org: null, principal: 'register', remoteAddress }, async (tx, { at }) => {
    if (needsToken && (await oneTimeTokenStore(tx).take(setupHash, 'setup', at)) === undefined) {
      throw new DomainError('setup_token_invalid')
    }
    const { audit } = await createOwner(tx, { ...input, passwordHash, at })
    return { result: undefined, audit }
  })
  setupLink.end()
  signInAttempts.know({ username: input.username, network })
  return { username: input.username, org: input.org }
}
