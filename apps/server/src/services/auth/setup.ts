import { DomainError } from '@sentinelmesh/api/constants'
import { oneTimeTokenStore } from '@sentinelmesh/db'
import { sha256 } from '../../auth/api-key-text.ts'
import { networkOf } from '../../auth/network.ts'
import { makeKey } from '../api-keys/make-key.ts'
import type { Verb } from '../verb.ts'
import { createOwner } from './create-owner.ts'
import { startSignIn } from './sign-in.ts'

/** The first user, with an org and a key to report with. Throws `setup_token_invalid`. */
export const setup: Verb<'auth.setup'> = async (deps, { remoteAddress, cookie }, input) => {
  const { database, clock, passwords, setupLink, identities, ruleSets, signInAttempts } = deps
  if (!(await setupLink.needed()))
    throw new DomainError('setup_token_invalid', { say: 'Set-up is done already. Sign in instead.' })
  const at = clock.now() * 1000
  const setupHash = sha256(input.token)
  // Before an expensive hash; the transaction looks again.
  if (!(await oneTimeTokenStore(database.read).exists(setupHash, 'setup', at)))
    throw new DomainError('setup_token_invalid')
  const network = networkOf(remoteAddress)
  const passwordHash = await passwords.hash(input.password, { network, username: input.username, known: true })
  const { org, user, apiKey } = await database.transaction(async (tx) => {
    // Taken inside the transaction: where creating fails, the link is good for another try.
    const taken = await oneTimeTokenStore(tx).take(setupHash, 'setup', at)
    if (taken === undefined) throw new DomainError('setup_token_invalid')
    const { org, user } = await createOwner(tx, { ...input, passwordHash, at, by: 'set-up', remoteAddress })
    const apiKey = await makeKey(tx, org.id, {
      name: 'first key',
      scopes: ['ingest', 'verdict'],
      senderPrefix: null,
      keepUnknown: false,
      entriesPerSecond: null,
      createdBy: `user:${input.username}`,
      at,
    })
    return { org, user, apiKey }
  })
  identities.forget()
  setupLink.end()
  signInAttempts.know({ username: input.username, network })
  // What asks first, asks for a verdict within its budget.
  await ruleSets.of(org.id)
  return { me: await startSignIn(deps, user, remoteAddress, cookie), apiKey }
}
