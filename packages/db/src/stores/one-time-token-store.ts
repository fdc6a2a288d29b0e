import type { Kysely } from 'kysely'
import type { Schema } from '../schema.ts'

export type Purpose = Schema['one_time_tokens']['purpose']

export interface NewOneTimeToken {
  readonly hash: Uint8Array
  readonly purpose: Purpose
  /** The user that the token signs in. Null for the setup, before there are users. */
  readonly user: number | null
  /** Microseconds. */
  readonly at: number
  readonly expiresAt: number | null
}

export const oneTimeTokenStore = (db: Kysely<Schema>) => ({
  /** Invalidates older tokens of the same purpose and user, so that only the newest link works. Needs a transaction. */
  async create({ at, expiresAt, ...token }: NewOneTimeToken): Promise<void> {
    await db
      .deleteFrom('one_time_tokens')
      .where('purpose', '=', token.purpose)
      .where('user', 'is not distinct from', token.user)
      .execute()
    await db
      .insertInto('one_time_tokens')
      .values({ ...token, created_at: at, expires_at: expiresAt })
      .execute()
  },

  /** Whether the token is valid. Does not use it up. */
  async exists(hash: Uint8Array, purpose: Purpose, now: number): Promise<boolean> {
    const row = await db
      .selectFrom('one_time_tokens')
      .select('purpose')
      .where('hash', '=', hash)
      .where('purpose', '=', purpose)
      .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
      .executeTakeFirst()
    return row !== undefined
  },

  /** Uses up the token. Of concurrent calls only one succeeds; the others and all later ones return undefined. */
  async take(hash: Uint8Array, purpose: Purpose, now: number): Promise<{ readonly user: number | null } | undefined> {
    const row = await db
      .deleteFrom('one_time_tokens')
      .where('hash', '=', hash)
      .where('purpose', '=', purpose)
      .returning(['user', 'expires_at'])
      .executeTakeFirst()
    if (row === undefined || (row.expires_at !== null && row.expires_at <= now)) return undefined
    return { user: row.user }
  },
})
