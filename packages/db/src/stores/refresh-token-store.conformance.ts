import { expect, test } from 'vitest'
import { NEW_YEAR } from '../testing/entries.ts'
import { hashOf, type OpenStores, openWithUser } from '../testing/stores-under-test.ts'
import { refreshTokenStore } from './refresh-token-store.ts'

export function refreshTokenStoreConformance(open: OpenStores): void {
  test('reuse of a refresh token revokes its whole family', async () => {
    await using store = await openWithUser(open)
    const { db, org, user } = store
    const rotate = (from: string, to: string, at = NEW_YEAR + 1) =>
      db.transaction((tx) => refreshTokenStore(tx).rotate(hashOf(from), { hash: hashOf(to), at, expiresAt: at + 100 }))
    const first = { hash: hashOf('a'), family: 'f', user, org, at: NEW_YEAR, expiresAt: NEW_YEAR + 100 }
    await db.transaction((tx) => refreshTokenStore(tx).create(first))
    expect(await rotate('a', 'b')).toEqual({ status: 'rotated', user, org, family: 'f' })
    expect(await rotate('b', 'c')).toMatchObject({ status: 'rotated' })
    expect(await rotate('a', 'd')).toEqual({ status: 'reused', user, org })
    expect(await rotate('c', 'e')).toEqual({ status: 'unknown' })
    await db.transaction((tx) => refreshTokenStore(tx).create(first))
    expect(await rotate('a', 'f', NEW_YEAR + 100)).toEqual({ status: 'unknown' })
  })

  test('the owner of a token is known, even if it is spent, until it expires or its family is revoked', async () => {
    await using store = await openWithUser(open)
    const { db, org, user } = store
    const create = (text: string, family: string) =>
      db.transaction((tx) =>
        refreshTokenStore(tx).create({
          hash: hashOf(text),
          family,
          user,
          org,
          at: NEW_YEAR,
          expiresAt: NEW_YEAR + 100,
        }),
      )
    const owner = (text: string, at = NEW_YEAR) => refreshTokenStore(db.read).owner(hashOf(text), at)
    await create('a', 'f')
    await db.transaction((tx) =>
      refreshTokenStore(tx).rotate(hashOf('a'), { hash: hashOf('b'), at: NEW_YEAR, expiresAt: NEW_YEAR + 200 }),
    )
    expect(await owner('a')).toEqual({ username: 'ada', family: 'f' })
    expect(await owner('a', NEW_YEAR + 100)).toBeUndefined()
    await create('c', 'g')
    await db.transaction((tx) => refreshTokenStore(tx).revokeFamily('f'))
    expect([await owner('a'), await owner('b')]).toEqual([undefined, undefined])
    expect(await owner('c')).toBeDefined()
    await db.transaction((tx) => refreshTokenStore(tx).removeOfUser(user))
    expect(await owner('c')).toBeUndefined()
  })

  test('only expired tokens are removed', async () => {
    await using store = await openWithUser(open)
    const { db, org, user } = store
    const token = { family: 'f', user, org, at: NEW_YEAR }
    await db.transaction(async (tx) => {
      await refreshTokenStore(tx).create({ ...token, hash: hashOf('a'), expiresAt: NEW_YEAR + 1 })
      await refreshTokenStore(tx).create({ ...token, hash: hashOf('b'), expiresAt: NEW_YEAR + 2 })
      await refreshTokenStore(tx).removeExpired(NEW_YEAR + 1)
    })
    expect(await db.read.selectFrom('refresh_tokens').select('expires_at').execute()).toEqual([
      { expires_at: NEW_YEAR + 2 },
    ])
  })
}
