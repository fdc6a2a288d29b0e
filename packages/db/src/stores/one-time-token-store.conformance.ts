import { expect, test } from 'vitest'
import { NEW_YEAR, times } from '../testing/entries.ts'
import { hashOf, type OpenStores, openWithUser } from '../testing/stores-under-test.ts'
import { oneTimeTokenStore } from './one-time-token-store.ts'

const LATER = NEW_YEAR + 1_000_000

export function oneTimeTokenStoreConformance(open: OpenStores): void {
  test('a one-time token works exactly once, and only the newest token of a purpose is valid', async () => {
    await using store = await openWithUser(open)
    const { db, user } = store
    const create = (text: string, parts: { user: number | null; purpose: 'setup' | 'sign_in' }) =>
      db.transaction((tx) =>
        oneTimeTokenStore(tx).create({ hash: hashOf(text), at: NEW_YEAR, expiresAt: LATER, ...parts }),
      )
    const take = (text: string, purpose: 'setup' | 'sign_in' = 'setup', now = NEW_YEAR) =>
      db.transaction((tx) => oneTimeTokenStore(tx).take(hashOf(text), purpose, now))
    await create('old', { purpose: 'setup', user: null })
    await create('new', { purpose: 'setup', user: null })
    await create('link', { purpose: 'sign_in', user })
    expect(await take('old')).toBeUndefined()
    expect(await take('link')).toBeUndefined()
    expect(await oneTimeTokenStore(db.read).exists(hashOf('new'), 'setup', NEW_YEAR)).toBe(true)
    const taken = await Promise.all(times(10, () => take('new')))
    expect(taken.filter((token) => token !== undefined)).toEqual([{ user: null }])
    expect(await take('link', 'sign_in')).toEqual({ user })
    await create('late', { purpose: 'setup', user: null })
    expect(await take('late', 'setup', LATER)).toBeUndefined()
  })
}
