import { randomBytes, randomUUID } from 'node:crypto'
import type { OrgId } from '@sentinelmesh/api'
import { DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { identityStore, refreshTokenStore } from '@sentinelmesh/db'
import { signAccessToken } from '../../auth/access-token.ts'
import { sha256 } from '../../auth/api-key-text.ts'
import { write } from '../../audit/write.ts'
import type { Deps } from '../verb.ts'
import { checkPassword } from './sign-in.ts'

export interface Tokens {
  readonly access_token: string
  readonly token_type: 'bearer'
  /** Seconds. */
  readonly expires_in: number
  readonly refresh_token: string
}

/**
 * `/token`: issues tokens for the user's first org. A device cookie or a refresh token of this user marks the client as
 * known. Throws `wrong_password`, `rate_limited`.
 */
export async function issueTokens(
  deps: Deps<'auditTally' | 'devices' | 'passwords' | 'signInAttempts' | 'signingKey'>,
  input: { username: string; password: string; refresh_token?: string | undefined },
  { remoteAddress, deviceCookie }: { remoteAddress: string | null; deviceCookie: string | null },
): Promise<Tokens> {
  const device = deps.devices.idOf(deviceCookie, input.username) ?? (await familyOf(deps, input))
  const user = await checkPassword(deps, input, { remoteAddress, device, via: 'token' })
  const [membership] = await identityStore(deps.database.read).ofUser(user.username)
  if (membership === undefined) throw new DomainError('wrong_password')
  const { token, ...refresh } = newRefreshToken(deps)
  const org = membership.orgId as OrgId
  await write(deps, { org, principal: `user:${user.username}`, remoteAddress }, async (tx) => {
    await refreshTokenStore(tx).create({ ...refresh, family: randomUUID(), user: user.id, org })
    return { result: undefined, audit: { action: 'auth.token' } }
  })
  return toTokens(deps, user.username, membership.orgName, token)
}

/** The family of a refresh token of this user, spent or not. Does not spend the token. */
async function familyOf(
  { database, clock }: Deps,
  { username, refresh_token: shown }: { username: string; refresh_token?: string | undefined },
): Promise<string | null> {
  if (shown === undefined) return null
  const found = await refreshTokenStore(database.read).owner(sha256(shown), clock.now() * 1000)
  return found?.username === username ? found.family : null
}

/** The client gets the token. Only its hash is stored. */
export function newRefreshToken({ clock }: Deps): {
  token: string
  hash: Buffer
  at: number
  expiresAt: number
} {
  const token = randomBytes(32).toString('base64url')
  const at = clock.now() * 1000
  return { token, hash: sha256(token), at, expiresAt: at + LIMITS.refreshTokenDays * 24 * 3600 * 1e6 }
}

export function toTokens(
  { signingKey, clock }: Deps<'signingKey'>,
  username: string,
  org: string,
  refresh: string,
): Tokens {
  const { token, expiresIn } = signAccessToken(signingKey, { sub: username, org }, clock.now())
  return { access_token: token, token_type: 'bearer', expires_in: expiresIn, refresh_token: refresh }
}
