import { randomBytes } from 'node:crypto'
import { oneTimeTokenStore, userStore, type Database } from '@sentinelmesh/db'
import type { Clock } from '../clock.ts'
import { sha256 } from './api-key-text.ts'

/** The one-time token of set-up, while no user exists. */
export interface SetupLink {
  /** A new token, which ends the one before; undefined once a user exists. */
  renew(): Promise<string | undefined>
  needed(): Promise<boolean>
  /** A user was created: invalidates the link and deletes its file. */
  end(): void
}

export function setupLink({
  database,
  clock,
  onEnd,
}: {
  database: Database
  clock: Clock
  onEnd: () => void
}): SetupLink {
  // Users are never deleted, so this never becomes false again.
  let done = false
  async function needed(): Promise<boolean> {
    if (!done) done = await userStore(database.read).anyExists()
    return !done
  }
  return {
    needed,
    end() {
      if (!done) onEnd()
      done = true
    },
    async renew() {
      if (!(await needed())) return undefined
      const token = randomBytes(24).toString('base64url')
      await database.transaction((tx) =>
        oneTimeTokenStore(tx).create({
          hash: sha256(token),
          purpose: 'setup',
          user: null,
          at: clock.now() * 1000,
          expiresAt: null,
        }),
      )
      return token
    },
  }
}
