import { expect, test } from 'vitest'
import { NEW_YEAR } from '../testing/entries.ts'
import { hashOf, type OpenStores, openWithUser } from '../testing/stores-under-test.ts'
import { signInStore } from './sign-in-store.ts'

const LATER = NEW_YEAR + 1_000_000

export function signInStoreConformance(open: OpenStores): void {
  test('a sign-in is valid until it expires or is removed', async () => {
    await using store = await openWithUser(open)
    const { db, user } = store
    await db.transaction((tx) => signInStore(tx).create({ hash: hashOf('s'), user, at: NEW_YEAR, expiresAt: LATER }))
    expect(await signInStore(db.read).byHash(hashOf('s'), LATER - 1)).toMatchObject({ user })
    expect(await signInStore(db.read).byHash(hashOf('s'), LATER)).toBeUndefined()
    await db.transaction((tx) => signInStore(tx).touch(hashOf('s'), LATER - 1, LATER + 10))
    expect(await signInStore(db.read).byHash(hashOf('s'), LATER)).toMatchObject({ lastSeenAt: LATER - 1 })
    await db.transaction((tx) => signInStore(tx).remove(hashOf('s')))
    expect(await signInStore(db.read).byHash(hashOf('s'), NEW_YEAR)).toBeUndefined()
  })

  test('expired sign-ins and all sign-ins of a user can be removed', async () => {
    await using store = await openWithUser(open)
    const { db, user } = store
    const create = (text: string, expiresAt: number) =>
      db.transaction((tx) => signInStore(tx).create({ hash: hashOf(text), user, at: NEW_YEAR, expiresAt }))
    const stored = async () => (await db.read.selectFrom('sign_ins').select('expires_at').execute()).length
    await create('s', LATER)
    await create('t', LATER + 1)
    await db.transaction((tx) => signInStore(tx).removeExpired(LATER))
    expect(await stored()).toBe(1)
    await db.transaction((tx) => signInStore(tx).removeOfUser(user + 1))
    expect(await stored()).toBe(1)
    await db.transaction((tx) => signInStore(tx).removeOfUser(user))
    expect(await stored()).toBe(0)
  })
}
