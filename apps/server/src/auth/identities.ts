import type { OrgId, Principal, PrincipalOrg, Role, Scope } from '@sentinelmesh/api'
import { DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { apiKeyStore, identityStore, signInStore, type Database } from '@sentinelmesh/db'
import type { Clock } from '../clock.ts'
import type { Credential } from '../http/credentials.ts'
import { verifyAccessToken } from './access-token.ts'
import { hashApiKey, isApiKeyShaped, sha256 } from './api-key-text.ts'

/** Keys that are looked up for every entry; what is remembered is forgotten whenever a key, user or membership changes. */
const REMEMBERED_KEYS = 10_000
/** Also without a change that we made: another program may have written to the file. */
const REMEMBER_MS = 5_000
/** `last used` is exact to this, so that using a key does not write once a request. */
const LAST_USED_MS = 60_000

export interface Identities {
  /** Who shows this credential; null for one that is unknown, expired, forged or revoked. Throws `forbidden` for an org that the user is not in. */
  resolve(credential: Credential, orgSlug: string | null): Promise<Principal | null>
  /** To be called after every write to keys, users, memberships and sign-ins. */
  forget(): void
  /** Calls back after each such write: what was known of a credential may no longer hold. */
  onForget(listener: () => void): void
}

export function identities({
  database,
  clock,
  signingKey,
}: {
  database: Database
  clock: Clock
  signingKey: Buffer
}): Identities {
  const store = identityStore(database.read)
  const keys = new Map<string, { principal: Principal | null; until: number }>()
  const lastUsed = new Map<string, number>()
  let changes = 0
  const listeners: (() => void)[] = []

  async function ofKey(text: string): Promise<Principal | null> {
    const known = keys.get(text)
    if (known !== undefined && known.until > clock.now()) {
      touch(known.principal)
      return known.principal
    }
    const hash = hashApiKey(text)
    if (hash === undefined) return null
    const before = changes
    const found = await store.ofKey(hash)
    const principal: Principal | null =
      found === undefined
        ? null
        : {
            type: 'key',
            org: { id: found.orgId, uid: found.orgUid, name: found.orgName, slug: found.orgSlug },
            keyId: found.keyId,
            scopes: JSON.parse(found.scopes) as Scope[],
            senderPrefix: found.senderPrefix,
            keepUnknown: found.keepUnknown === 1,
            entriesPerSecond: found.entriesPerSecond,
          }
    // What was read before a change, a revocation for one, must not be remembered after it.
    if (principal !== null && before === changes) {
      if (keys.size >= REMEMBERED_KEYS) keys.clear()
      keys.set(text, { principal, until: clock.now() + REMEMBER_MS })
    }
    touch(principal)
    return principal
  }

  function touch(principal: Principal | null): void {
    if (principal?.type !== 'key') return
    const { keyId } = principal
    const org = principal.org.id as OrgId
    if (clock.now() - (lastUsed.get(keyId) ?? -Infinity) < LAST_USED_MS) return
    lastUsed.set(keyId, clock.now())
    // A hint for people: that it could not be written must not fail the request.
    void database
      .transaction((tx) => apiKeyStore(tx).touchLastUsed(org, keyId, clock.now() * 1000))
      .catch(() => lastUsed.delete(keyId))
  }

  async function ofToken(text: string, orgSlug: string | null): Promise<Principal | null> {
    const claims = verifyAccessToken(signingKey, text, clock.now())
    if (claims === undefined) return null
    const memberships = await store.ofUser(claims.sub)
    const chosen = choose(memberships, orgSlug, (one) => one.orgName === claims.org)
    return chosen === undefined
      ? null
      : { type: 'token', org: orgOf(chosen), userId: chosen.userId, username: chosen.username }
  }

  async function ofCookie(text: string, orgSlug: string | null): Promise<Principal | null> {
    const hash = sha256(text)
    const memberships = await store.ofSignIn(hash, clock.now() * 1000)
    const chosen = choose(memberships, orgSlug, () => true)
    if (chosen === undefined) return null
    if (clock.now() * 1000 - chosen.lastSeenAt > LAST_USED_MS * 1000) {
      const seen = clock.now() * 1000
      void database
        .transaction((tx) => signInStore(tx).touch(hash, seen, seen + LIMITS.signInHours * 3600 * 1e6))
        .catch(() => undefined)
    }
    return {
      type: 'user',
      org: orgOf(chosen),
      userId: chosen.userId,
      username: chosen.username,
      role: chosen.role as Role,
    }
  }

  return {
    async resolve(credential, orgSlug) {
      if (credential === null || credential.value === '') return null
      if (credential.type === 'cookie') return ofCookie(credential.value, orgSlug)
      return isApiKeyShaped(credential.value) ? ofKey(credential.value) : ofToken(credential.value, orgSlug)
    },
    forget() {
      keys.clear()
      for (const listener of listeners) listener()
    },
    onForget: (listener) => void listeners.push(listener),
  }
}

interface MembershipRow {
  readonly userId: number
  readonly username: string
  readonly role: string
  readonly orgId: number
  readonly orgUid: string
  readonly orgName: string
  readonly orgSlug: string
}

/** The org that was asked for, else the credential's own, else the only one; always one that the user is in. */
function choose<Row extends MembershipRow>(
  memberships: readonly Row[],
  orgSlug: string | null,
  own: (row: Row) => boolean,
): Row | undefined {
  if (memberships.length === 0) return undefined
  if (orgSlug !== null) {
    const asked = memberships.find((one) => one.orgSlug === orgSlug)
    if (asked === undefined)
      throw new DomainError('forbidden', { say: 'There is no such organization, or you are not a member of it.' })
    return asked
  }
  return memberships.find(own)
}

function orgOf({ orgId, orgUid, orgName, orgSlug }: MembershipRow): PrincipalOrg {
  return { id: orgId, uid: orgUid, name: orgName, slug: orgSlug }
}
