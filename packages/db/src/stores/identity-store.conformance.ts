import { expect, test } from 'vitest'
import { NEW_YEAR } from '../testing/entries.ts'
import { hashOf, type OpenStores, openWithUser } from '../testing/stores-under-test.ts'
import { apiKeyStore } from './api-key-store.ts'
import { identityStore } from './identity-store.ts'
import { membershipStore } from './membership-store.ts'
import { signInStore } from './sign-in-store.ts'

const LATER = NEW_YEAR + 1_000_000

export function identityStoreConformance(open: OpenStores): void {
  test('a key identifies its org until it is revoked', async () => {
    await using store = await openWithUser(open)
    const { db, org } = store
    await db.transaction((tx) =>
      apiKeyStore(tx).create(org, {
        id: 'k-1',
        name: 'ci',
        hash: hashOf('k'),
        hint: 'smk_ab…',
        scopes: ['ingest'],
        senderPrefix: null,
        keepUnknown: false,
        entriesPerSecond: 2.5,
        createdBy: 'user:1',
        createdAt: NEW_YEAR,
      }),
    )
    expect(await identityStore(db.read).ofKey(hashOf('k'))).toMatchObject({
      keyId: 'k-1',
      orgId: org,
      keepUnknown: 0,
      entriesPerSecond: 2.5,
    })
    expect(await identityStore(db.read).ofKey(hashOf('other'))).toBeUndefined()
    await db.transaction((tx) => apiKeyStore(tx).revoke(org, 'k-1', LATER))
    expect(await identityStore(db.read).ofKey(hashOf('k'))).toBeUndefined()
  })

  test('a user and an unexpired sign-in identify all orgs of the user, oldest membership first', async () => {
    await using store = await openWithUser(open)
    const { db, org, user } = store
    const other = await db.anOrg()
    await db.transaction(async (tx) => {
      await membershipStore(tx).add(org, { user, role: 'owner', at: LATER })
      await membershipStore(tx).add(other, { user, role: 'viewer', at: NEW_YEAR })
      await signInStore(tx).create({ hash: hashOf('s'), user, at: NEW_YEAR, expiresAt: LATER })
    })
    const orgsOf = (rows: readonly { readonly orgId: number; readonly role: string }[]) =>
      rows.map(({ orgId, role }) => [orgId, role])
    const both = [
      [other, 'viewer'],
      [org, 'owner'],
    ]
    expect(orgsOf(await identityStore(db.read).ofUser('ada'))).toEqual(both)
    expect(await identityStore(db.read).ofUser('bob')).toEqual([])
    const signedIn = await identityStore(db.read).ofSignIn(hashOf('s'), LATER - 1)
    expect(orgsOf(signedIn)).toEqual(both)
    expect(signedIn[0]).toMatchObject({ userId: user, username: 'ada', lastSeenAt: NEW_YEAR })
    expect(await identityStore(db.read).ofSignIn(hashOf('s'), LATER)).toEqual([])
  })
}
