import { randomBytes } from 'node:crypto'
import type { Me, SignInCookie } from '@sentinelmesh/api'
import { DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { oneTimeTokenStore, signInStore, userStore } from '@sentinelmesh/db'
import { sha256 } from '../../auth/api-key-text.ts'
import { networkOf } from '../../auth/network.ts'
import { write, writeIdentities } from '../../audit/write.ts'
import type { Deps, Verb } from '../verb.ts'
import { meOf } from './me.ts'

/** Throws `rate_limited`, and `wrong_password` also for an unknown user, after the same time. */
export async function checkPassword(
  deps: Deps<'auditTally' | 'passwords' | 'signInAttempts'>,
  { username, password }: { username: string; password: string },
  { remoteAddress, device, via }: { remoteAddress: string | null; device: string | null; via: 'page' | 'token' },
) {
  const network = networkOf(remoteAddress)
  // People type passwords into the wrong field, so text that is not a known username is not recorded.
  let target: string | null = null
  const note = (action: string) =>
    void deps.auditTally.note(null, { principal: 'anonymous', action, target, remoteAddress, details: { via } })
  try {
    const user = await deps.signInAttempts.run({ username, network, device }, async (known) => {
      const found = await userStore(deps.database.read).byUsername(username)
      target = found?.username ?? null
      const right = await deps.passwords.verify(found?.passwordHash, password, { network, username, known })
      return right ? found : undefined
    })
    if (user !== undefined) return user
  } catch (error) {
    if (error instanceof DomainError && error.code === 'rate_limited') note('auth.signInLimited')
    throw error
  }
  note('auth.signInFailed')
  throw new DomainError('wrong_password')
}

/** Sets the browser's cookie, which holds the only copy of the token. Only its SHA-256 is stored. */
export async function startSignIn(
  deps: Deps<'devices' | 'identities'>,
  user: { id: number; username: string },
  remoteAddress: string | null,
  cookie: SignInCookie,
): Promise<Me> {
  const token = randomBytes(32).toString('base64url')
  await write(deps, { org: null, principal: `user:${user.username}`, remoteAddress }, async (tx, { at }) => {
    const expiresAt = at + LIMITS.signInHours * 3600 * 1e6
    await signInStore(tx).create({ hash: sha256(token), user: user.id, at, expiresAt })
    return { result: undefined, audit: { action: 'auth.signIn' } }
  })
  cookie.set(token)
  cookie.setDevice(deps.devices.issue(user.username))
  const principal = await deps.identities.resolve({ type: 'cookie', value: token }, null)
  const me = await meOf(deps.database, principal)
  if (me === null)
    throw new DomainError('forbidden', { say: 'This user belongs to no organization. Ask an owner for an invitation.' })
  return me
}

export const signIn: Verb<
  'auth.signIn',
  'auditTally' | 'devices' | 'identities' | 'passwords' | 'signInAttempts'
> = async (deps, { remoteAddress, cookie }, input) => {
  const device = deps.devices.idOf(cookie.device, input.username)
  return startSignIn(
    deps,
    await checkPassword(deps, input, { remoteAddress, device, via: 'page' }),
    remoteAddress,
    cookie,
  )
}

/** Throws `invalid_credentials` if the link was used or replaced. */
export const signInByLink: Verb<'auth.signInByLink', 'devices' | 'identities'> = async (
  deps,
  { remoteAddress, cookie },
  { token },
) => {
  const taken = await deps.database.transaction((tx) =>
    oneTimeTokenStore(tx).take(sha256(token), 'sign_in', deps.clock.now() * 1000),
  )
  const user =
    taken?.user === undefined || taken.user === null ? undefined : await userStore(deps.database.read).byId(taken.user)
  if (user === undefined)
    throw new DomainError('invalid_credentials', {
      say: 'This link was used before. Start the demo again for a new one.',
    })
  return startSignIn(deps, user, remoteAddress, cookie)
}

/** Also closes the browser's open sockets. */
export const signOut: Verb<'auth.signOut', 'identities'> = async (deps, { principal, remoteAddress, cookie }) => {
  const { token } = cookie
  cookie.clear()
  if (token === null) return
  await writeIdentities(deps, { org: null, principal, remoteAddress }, async (tx) => {
    await signInStore(tx).remove(sha256(token))
    return { result: undefined, audit: null }
  })
}
