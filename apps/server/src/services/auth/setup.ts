import { DomainError } from '@sentinelmesh/api/constants'
import { oneTimeTokenStore } from '@sentinelmesh/db'
import { sha256 } from '../../auth/api-key-text.ts'
import { networkOf } from '../../auth/network.ts'
import { writeIdentities } from '../../audit/write.ts'
import { makeKey } from '../api-keys/make-key.ts'
import type { Verb } from '../verb.ts'
import { createOwner } from './create-owner.ts'
import { startSignIn } from './sign-in.ts'

/** Creates the first user with an org and a key for reporting. Throws `setup_token_invalid`. */
export const setup: Verb<
  'auth.setup',
  'devices' | 'identities' | 'passwords' | 'ruleSets' | 'setupLink' | 'signInAttempts'
> = async (deps, { remoteAddress, cookie }, input) => {
  const { database, clock, passwords, setupLink, ruleSets, signInAttempts } = deps
  if (!(await setupLink.needed()))
    throw new DomainError('setup_token_invalid', { say: 'Set-up is done already. Sign in instead.' })
  const setupHash = sha256(input.token)
  // Before the expensive hash. The transaction checks again.
  if (!(await oneTimeTokenStore(database.read).exists(setupHash, 'setup', clock.now() * 1000)))
    throw new DomainError('setup_token_invalid')
  const network = networkOf(remoteAddress)
  const passwordHash = await passwords.hash(input.password, { network, username: input.username, known: true })
  const writer = { org: null, principal: 'set-up', remoteAddress }
  const { org, user, apiKey } = await writeIdentities(deps, writer, async (tx, { at }) => {
    // Inside the transaction: if creation fails, the link stays valid.
    const taken = await oneTimeTokenStore(tx).take(setupHash, 'setup', at)
    if (taken === undefined) throw new DomainError('setup_token_invalid')
    const { org, user, audit } = await createOwner(tx, { ...input, passwordHash, at })
    const apiKey = await makeKey(tx, org.id, {
      name: 'first key',
      scopes: ['ingest', 'verdict'],
      senderPrefix: null,
      keepUnknown: false,
      entriesPerSecond: null,
      createdBy: `user:${input.username}`,
      at,
    })
    return { result: { org, user, apiKey }, audit }
  })
  setupLink.end()
  signInAttempts.know({ username: input.username, network })
  // Compiles the rules now, so that the first request for a verdict stays within its budget.
  await ruleSets.of(org.id)
  return { me: await startSignIn(deps, user, remoteAddress, cookie), apiKey }
}
