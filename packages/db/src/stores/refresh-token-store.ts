import type { OrgId } from '@sentinelmesh/api'
import type { Kysely } from 'kysely'
import type { Schema } from '../schema.ts'

export interface NewRefreshToken {
  readonly hash: Uint8Array
  /** Shared by all tokens of one sign-in. */
  readonly family: string
  readonly user: number
  readonly org: OrgId
  /** Microseconds. */
  readonly at: number
  readonly expiresAt: number
}

export type Rotation =
  | { readonly status: 'rotated'; readonly user: number; readonly org: OrgId; readonly family: string }
  /** A spent token was used again, so someone has a copy. Its whole family was revoked. */
  | { readonly status: 'reused'; readonly user: number; readonly org: OrgId }
  | { readonly status: 'unknown' }

export const refreshTokenStore = (db: Kysely<Schema>) => ({
  async create({ at, expiresAt, ...token }: NewRefreshToken): Promise<void> {
    await db
      .insertInto('refresh_tokens')
      .values({ ...token, created_at: at, expires_at: expiresAt })
      .execute()
  },

  /** Spends the token and creates the next one of its family. Expired tokens are unknown. Needs a transaction. */
  async rotate(
    hash: Uint8Array,
    next: { readonly hash: Uint8Array; readonly at: number; readonly expiresAt: number },
  ): Promise<Rotation> {
    const token = await db.selectFrom('refresh_tokens').selectAll().where('hash', '=', hash).executeTakeFirst()
    if (token === undefined || token.expires_at <= next.at) return { status: 'unknown' }
    const owner = { user: token.user, org: token.org as OrgId }
    if (token.spent_at !== null) {
      await removeFamily(db, token.family)
      return { status: 'reused', ...owner }
    }
    await db.updateTable('refresh_tokens').set({ spent_at: next.at }).where('hash', '=', hash).execute()
    await db
      .insertInto('refresh_tokens')
      .values({ hash: next.hash, family: token.family, ...owner, created_at: next.at, expires_at: next.expiresAt })
      .execute()
    return { status: 'rotated', ...owner, family: token.family }
  },

  /** The owner of a token, even of a spent one. Undefined once it has expired or its family was revoked. */
  owner: (hash: Uint8Array, now: number): Promise<{ username: string; family: string } | undefined> =>
    db
      .selectFrom('refresh_tokens')
      .innerJoin('users', 'users.id', 'refresh_tokens.user')
      .select(['users.username', 'refresh_tokens.family'])
      .where('refresh_tokens.hash', '=', hash)
      .where('refresh_tokens.expires_at', '>', now)
      .executeTakeFirst(),

  revokeFamily: (family: string): Promise<void> => removeFamily(db, family),

  async removeOfUser(user: number): Promise<void> {
    await db.deleteFrom('refresh_tokens').where('user', '=', user).execute()
  },

  async removeExpired(now: number): Promise<void> {
    await db.deleteFrom('refresh_tokens').where('expires_at', '<=', now).execute()
  },
})

async function removeFamily(db: Kysely<Schema>, family: string): Promise<void> {
  await db.deleteFrom('refresh_tokens').where('family', '=', family).execute()
}
