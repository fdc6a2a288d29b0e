import type { Kysely } from 'kysely'
import type { Schema } from '../schema.ts'

export interface UserRow {
  readonly id: number
  readonly username: string
  readonly passwordHash: string
}

export const userStore = (db: Kysely<Schema>) => ({
  /** Undefined if the username is taken. Times are microseconds. */
  async create(user: {
    readonly username: string
    readonly passwordHash: string
    readonly at: number
  }): Promise<UserRow | undefined> {
    const row = await db
      .insertInto('users')
      .values({ username: user.username, password_hash: user.passwordHash, created_at: user.at })
      .onConflict((conflict) => conflict.column('username').doNothing())
      .returning(['id', 'username', 'password_hash as passwordHash'])
      .executeTakeFirst()
    return row
  },

  byUsername: (username: string): Promise<UserRow | undefined> =>
    select(db).where('username', '=', username).executeTakeFirst(),

  byId: (id: number): Promise<UserRow | undefined> => select(db).where('id', '=', id).executeTakeFirst(),

  async anyExists(): Promise<boolean> {
    return (await db.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined
  },

  async setPasswordHash(id: number, passwordHash: string): Promise<void> {
    await db.updateTable('users').set({ password_hash: passwordHash }).where('id', '=', id).execute()
  },
})

function select(db: Kysely<Schema>) {
  return db.selectFrom('users').select(['id', 'username', 'password_hash as passwordHash'])
}
