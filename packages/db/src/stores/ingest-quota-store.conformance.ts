import { expect, test } from 'vitest'
import { NEW_YEAR } from '../testing/entries.ts'
import type { OpenStores } from '../testing/stores-under-test.ts'
import { ingestQuotaStore } from './ingest-quota-store.ts'

export function ingestQuotaStoreConformance(open: OpenStores): void {
  test('an org has no quota until one is set, and again once it is set to null', async () => {
    await using db = await open()
    const org = await db.anOrg()
    const set = (perSecond: number | null) =>
      db.transaction((tx) => ingestQuotaStore(tx).set(org, perSecond, { at: NEW_YEAR, by: 'user:1' }))
    expect(await ingestQuotaStore(db.read).get(org)).toBeNull()
    await set(0.5)
    expect(await ingestQuotaStore(db.read).get(org)).toBe(0.5)
    expect(await ingestQuotaStore(db.read).get(await db.anOrg())).toBeNull()
    await set(null)
    expect(await ingestQuotaStore(db.read).get(org)).toBeNull()
  })
}
