import type { Kysely } from 'kysely'
import type { Schema } from '../schema.ts'

export type Purpose = Schema['one_time_tokens']['purpose']

export interface NewOneTimeToken {
  readonly hash: Uint8Array
  readonly purpose: Purpose
  /** Whom it signs in; null for the set-up, when there is nobody yet. */
  readonly user: number | null
  /** Microseconds. */
  readonly at: number
  readonly expiresAt: number | null
}

export const oneTimeTokenStore = (db: Kysely<Schema>) => ({
  /** Older ones of the same purpose and user stop working: only the newest link does. Needs a transaction. */
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

  /** Returns whether it would be taken; uses nothing up. */
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

  /** Uses it up: of two who show it at the same time one gets undefined, as do all who show it later. */
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
