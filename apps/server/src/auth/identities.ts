import type { OrgId, Principal, PrincipalOrg, Role, Scope } from '@sentinelmesh/api'
import { DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { apiKeyStore, identityStore, signInStore, type Database } from '@sentinelmesh/db'
import type { Clock } from '../clock.ts'
import type { Credential } from './credentials.ts'
import { hasExpired, verifyAccessToken, type Claims } from './access-token.ts'
import { hashApiKey, isApiKeyShaped, sha256 } from './api-key-text.ts'
import { leastRecentlyUsed, type LeastRecentlyUsed } from './least-recently-used.ts'

/** Credentials that are remembered, of each sort. When there are more, the one that was not used for longest is forgotten. */
const REMEMBERED = 10_000
/**
 * What is stored about a credential is read again after this long, even if `forget` was not called: a revocation that
 * another program wrote to the file takes effect within a second.
 */
const REMEMBER_MS = 1_000
/** `last used` is exact to this, so that using a key does not write once a request. */
const LAST_USED_MS = 60_000

export interface Identities {
  /** Null if the credential is unknown, expired, forged or revoked. Throws `forbidden` for an org that the user is not in. */
  resolve(credential: Credential, orgSlug: string | null): Promise<Principal | null>
  /** To be called after every write to keys, users, memberships and sign-ins. */
  forget(): void
  /** Calls back after each of these writes, because cached identities may be stale. */
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
  const keys = remembered<Principal>(clock)
  const tokens = remembered<readonly MembershipRow[]>(clock)
  /** Tokens with a good signature, by SHA-256, so that the signature is not checked for every request. */
  const verified = leastRecentlyUsed<Claims>(REMEMBERED)
  const lastUsed = new Map<string, number>()
  const listeners: (() => void)[] = []

  async function ofKey(text: string): Promise<Principal | null> {
    const hash = hashApiKey(text)
    if (hash === undefined) return null
    const principal = await keys.of(hash.toString('base64'), async (): Promise<Principal | null> => {
      const found = await store.ofKey(hash)
      if (found === undefined) return null
      return {
        type: 'key',
        org: { id: found.orgId, uid: found.orgUid, name: found.orgName, slug: found.orgSlug },
        keyId: found.keyId,
        scopes: JSON.parse(found.scopes) as Scope[],
        senderPrefix: found.senderPrefix,
        keepUnknown: found.keepUnknown === 1,
        entriesPerSecond: found.entriesPerSecond,
      }
    })
    touch(principal)
    return principal
  }

  function touch(principal: Principal | null): void {
    if (principal?.type !== 'key') return
    const { keyId } = principal
    const org = principal.org.id as OrgId
    if (clock.monotonic() - (lastUsed.get(keyId) ?? -Infinity) < LAST_USED_MS) return
    lastUsed.set(keyId, clock.monotonic())
    // A hint for people: that it could not be written must not fail the request.
    void database
      .transaction((tx) => apiKeyStore(tx).touchLastUsed(org, keyId, clock.now() * 1000))
      .catch(() => lastUsed.delete(keyId))
  }

  /** The claims of a token whose signature is good and whose time is not up, which is checked on every use. */
  function claimsOf(text: string, hash: string): Claims | undefined {
    const known = verified.get(hash)
    if (known === undefined) {
      const claims = verifyAccessToken(signingKey, text, clock.now())
      if (claims !== undefined) verified.set(hash, claims)
      return claims
    }
    if (!hasExpired(known, clock.now())) return known
    verified.delete(hash)
    return undefined
  }

  async function ofToken(text: string, orgSlug: string | null): Promise<Principal | null> {
    const hash = sha256(text).toString('base64')
    const claims = claimsOf(text, hash)
    if (claims === undefined) return null
    const memberships = await tokens.of(hash, async () => {
      const rows = await store.ofUser(claims.sub)
      return rows.length === 0 ? null : rows
    })
    const chosen = choose(memberships ?? [], orgSlug, (one) => one.orgName === claims.org)
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
      if (credential === null || credential.type === 'unread' || credential.value === '') return null
      if (credential.type === 'cookie') return ofCookie(credential.value, orgSlug)
      return isApiKeyShaped(credential.value) ? ofKey(credential.value) : ofToken(credential.value, orgSlug)
    },
    forget() {
      keys.forget()
      tokens.forget()
      verified.clear()
      for (const listener of listeners) listener()
    },
    onForget: (listener) => void listeners.push(listener),
  }
}

/** Caches look-ups of existing credentials for `REMEMBER_MS`. Unknown credentials are not cached. */
function remembered<Found>(clock: Clock) {
  const known: LeastRecentlyUsed<{ found: Found; until: number }> = leastRecentlyUsed(REMEMBERED)
  /** Requests that come while a credential is looked up share the look-up. */
  const underWay = new Map<string, Promise<Found | null>>()
  let changes = 0

  async function lookUp(id: string, read: () => Promise<Found | null>): Promise<Found | null> {
    const before = changes
    const found = await read()
    // A result that was read before a change, such as a revocation, must not be cached after it.
    if (found !== null && before === changes) known.set(id, { found, until: clock.monotonic() + REMEMBER_MS })
    return found
  }

  return {
    of(id: string, read: () => Promise<Found | null>): Found | null | Promise<Found | null> {
      const entry = known.get(id)
      if (entry !== undefined && entry.until > clock.monotonic()) return entry.found
      const shared = underWay.get(id)
      if (shared !== undefined) return shared
      const looking = lookUp(id, read).finally(() => {
        if (underWay.get(id) === looking) underWay.delete(id)
      })
      underWay.set(id, looking)
      return looking
    },
    forget(): void {
      changes += 1
      known.clear()
      // A look-up that began before the change does not answer requests that come after it.
      underWay.clear()
    },
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

/** The requested org, else the credential's own, else the only one. The user is always a member of it. */
function choose<Row extends MembershipRow>(
  memberships: readonly Row[],
  orgSlug: string | null,
  own: (row: Row) => boolean,
): Row | undefined {
  if (memberships.length === 0) return undefined
  if (orgSlug !== null) {
    const requested = memberships.find((one) => one.orgSlug === orgSlug)
    if (requested === undefined)
      throw new DomainError('forbidden', { say: 'There is no such organization, or you are not a member of it.' })
    return requested
  }
  return memberships.find(own)
}

function orgOf({ orgId, orgUid, orgName, orgSlug }: MembershipRow): PrincipalOrg {
  return { id: orgId, uid: orgUid, name: orgName, slug: orgSlug }
}
