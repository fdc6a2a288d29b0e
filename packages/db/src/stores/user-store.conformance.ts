import { expect, test } from 'vitest'
import { NEW_YEAR } from '../testing/entries.ts'
import { type OpenStores, openWithUser } from '../testing/stores-under-test.ts'
import { userStore } from './user-store.ts'

export function userStoreConformance(open: OpenStores): void {
  test('a username is taken once', async () => {
    await using store = await openWithUser(open)
    const again = { username: 'ada', passwordHash: 'y', at: NEW_YEAR }
    expect(await store.db.transaction((tx) => userStore(tx).create(again))).toBeUndefined()
    await store.db.transaction((tx) => userStore(tx).setPasswordHash(store.user, 'z'))
    expect(await userStore(store.db.read).byId(store.user)).toEqual({
      id: store.user,
      username: 'ada',
      passwordHash: 'z',
    })
  })

  test('a user is found by name', async () => {
    await using db = await open()
    expect(await userStore(db.read).anyExists()).toBe(false)
    const ada = await db.transaction((tx) => userStore(tx).create({ username: 'ada', passwordHash: 'x', at: NEW_YEAR }))
    expect(await userStore(db.read).anyExists()).toBe(true)
    expect(await userStore(db.read).byUsername('ada')).toEqual(ada)
    expect(await userStore(db.read).byUsername('Ada')).toBeUndefined()
  })
}
