import type { Kysely } from 'kysely'
import type { Schema } from '../schema.ts'

/** Times are microseconds. `hash` is the SHA-256 of the cookie's token. */
export interface SignInRow {
  readonly user: number
  readonly createdAt: number
  readonly lastSeenAt: number
  readonly expiresAt: number
}

/** Signed-in browsers. */
export const signInStore = (db: Kysely<Schema>) => ({
  async create(signIn: {
    readonly hash: Uint8Array
    readonly user: number
    readonly at: number
    readonly expiresAt: number
  }): Promise<void> {
    await db
      .insertInto('sign_ins')
      .values({
        hash: signIn.hash,
        user: signIn.user,
        created_at: signIn.at,
        last_seen_at: signIn.at,
        expires_at: signIn.expiresAt,
      })
      .execute()
  },

  /** Undefined if there is none or it has expired. */
  byHash: (hash: Uint8Array, now: number): Promise<SignInRow | undefined> =>
    db
      .selectFrom('sign_ins')
      .select(['user', 'created_at as createdAt', 'last_seen_at as lastSeenAt', 'expires_at as expiresAt'])
      .where('hash', '=', hash)
      .where('expires_at', '>', now)
      .executeTakeFirst(),

  async touch(hash: Uint8Array, at: number, expiresAt: number): Promise<void> {
    await db.updateTable('sign_ins').set({ last_seen_at: at, expires_at: expiresAt }).where('hash', '=', hash).execute()
  },

  async remove(hash: Uint8Array): Promise<void> {
    await db.deleteFrom('sign_ins').where('hash', '=', hash).execute()
  },

  /** Ends all sign-ins of a user, after a password change. */
  async removeOfUser(user: number): Promise<void> {
    await db.deleteFrom('sign_ins').where('user', '=', user).execute()
  },

  async removeExpired(now: number): Promise<void> {
    await db.deleteFrom('sign_ins').where('expires_at', '<=', now).execute()
  },
})
