import { expect, test } from 'vitest'
import { NEW_YEAR } from '../testing/entries.ts'
import { type OpenStores, openWithUser } from '../testing/stores-under-test.ts'
import { membershipStore } from './membership-store.ts'

const LATER = NEW_YEAR + 1_000_000

export function membershipStoreConformance(open: OpenStores): void {
  test('a user has the granted memberships, each with its role', async () => {
    await using store = await openWithUser(open)
    const { db, org, user } = store
    const other = await db.anOrg()
    await db.transaction((tx) => membershipStore(tx).add(org, { user, role: 'owner', at: NEW_YEAR }))
    await db.transaction((tx) => membershipStore(tx).add(other, { user, role: 'viewer', at: LATER }))
    const memberships = await membershipStore(db.read).ofUser(user)
    expect(memberships.map(({ org: { id }, role }) => [id, role])).toEqual([
      [org, 'owner'],
      [other, 'viewer'],
    ])
    expect(await membershipStore(db.read).role(org, user)).toBe('owner')
    expect(await membershipStore(db.read).role(org, user + 1)).toBeUndefined()
  })
}
