import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { NEW_YEAR } from '../testing/entries.ts'
import { hashOf, type OpenStores, openWithUser } from '../testing/stores-under-test.ts'
import { apiKeyStore } from './api-key-store.ts'

const LATER = NEW_YEAR + 1_000_000

export function apiKeyStoreConformance(open: OpenStores): void {
  test('an API key is found by its hash, listed by its org, and keeps its first revocation time', async () => {
    await using store = await openWithUser(open)
    const { db, org } = store
    const key = {
      id: randomUUID() as string,
      name: 'ci',
      hint: 'smk_ab…',
      scopes: ['ingest', 'read'] as const,
      senderPrefix: 'agent.*',
      keepUnknown: true,
      entriesPerSecond: null,
      createdBy: 'user:1',
      createdAt: NEW_YEAR,
    }
    const created = await db.transaction((tx) => apiKeyStore(tx).create(org, { ...key, hash: hashOf('k') }))
    expect(created).toEqual({ ...key, org, lastUsedAt: null, revokedAt: null })
    await db.transaction((tx) => apiKeyStore(tx).touchLastUsed(org, key.id, LATER))
    const other = await db.anOrg()
    expect(await db.transaction((tx) => apiKeyStore(tx).revoke(other, key.id, LATER))).toBeUndefined()
    expect(await db.transaction((tx) => apiKeyStore(tx).revoke(org, key.id, LATER))).toMatchObject({ revokedAt: LATER })
    expect(await db.transaction((tx) => apiKeyStore(tx).revoke(org, key.id, LATER + 1))).toMatchObject({
      revokedAt: LATER,
    })
    expect(await apiKeyStore(db.read).byHash(hashOf('k'))).toMatchObject({ lastUsedAt: LATER, revokedAt: LATER })
    expect(await apiKeyStore(db.read).byHash(hashOf('other'))).toBeUndefined()
    expect(await apiKeyStore(db.read).list(org, { most: 9 })).toHaveLength(1)
  })

  test('keys are listed newest first, page by page, with their latest rate', async () => {
    await using db = await open()
    const org = await db.anOrg()
    const create = (id: string, createdAt: number) =>
      db.transaction((tx) =>
        apiKeyStore(tx).create(org, {
          id,
          name: id,
          hash: hashOf(id),
          hint: 'smk_ab…',
          scopes: ['read'],
          senderPrefix: null,
          keepUnknown: false,
          entriesPerSecond: null,
          createdBy: 'user:1',
          createdAt,
        }),
      )
    for (const [id, at] of [
      ['k-1', NEW_YEAR],
      ['k-3', LATER],
      ['k-2', LATER],
    ] as const)
      await create(id, at)
    const idsAfter = async (after?: string) =>
      (await apiKeyStore(db.read).list(org, { after, most: 2 }))?.map(({ id }) => id)
    expect(await idsAfter()).toEqual(['k-2', 'k-3'])
    expect(await idsAfter('k-2')).toEqual(['k-3', 'k-1'])
    expect(await idsAfter('none')).toBeUndefined()
    const setRate = (to: typeof org, rate: number | null) =>
      db.transaction((tx) => apiKeyStore(tx).setRate(to, 'k-1', rate))
    expect(await setRate(org, 0.5)).toMatchObject({ id: 'k-1', entriesPerSecond: 0.5 })
    expect(await setRate(org, null)).toMatchObject({ entriesPerSecond: null })
    expect(await setRate(await db.anOrg(), 0.5)).toBeUndefined()
  })
}
