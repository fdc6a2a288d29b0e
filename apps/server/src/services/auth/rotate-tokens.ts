import { DomainError } from '@sentinelmesh/api/constants'
import { membershipStore, orgStore, refreshTokenStore, userStore } from '@sentinelmesh/db'
import { sha256 } from '../../auth/api-key-text.ts'
import { write } from '../../audit/write.ts'
import type { Deps } from '../verb.ts'
import { newRefreshToken, toTokens, type Tokens } from './issue-tokens.ts'

/**
 * Exchanges a refresh token for a new pair. If a spent token is presented again, either its first or its second user
 * stole it, so the whole family is revoked. Throws `invalid_credentials`.
 */
export async function rotateTokens(
  deps: Deps<'signingKey'>,
  shown: string,
  remoteAddress: string | null,
): Promise<Tokens> {
  const { token, ...next } = newRefreshToken(deps)
  const owner = await write(deps, { org: null, principal: null, remoteAddress }, async (tx) => {
    const rotation = await refreshTokenStore(tx).rotate(sha256(shown), next)
    if (rotation.status === 'unknown') return { result: undefined, audit: null }
    const user = await userStore(tx).byId(rotation.user)
    if (rotation.status === 'reused') {
      const target = user?.username ?? null
      return { result: undefined, audit: { org: rotation.org, action: 'auth.tokenReused', target } }
    }
    const org = await orgStore(tx).byId(rotation.org)
    const role = await membershipStore(tx).role(rotation.org, rotation.user)
    const isGone = user === undefined || org === undefined || role === undefined
    return { result: isGone ? undefined : { username: user.username, org: org.name }, audit: null }
  })
  if (owner === undefined) throw new DomainError('invalid_credentials')
  return toTokens(deps, owner.username, owner.org, token)
}
