import { expect, test } from 'vitest'
import { anEntry, NEW_YEAR } from '../testing/entries.ts'
import type { OpenStores } from '../testing/stores-under-test.ts'
import { retentionClockStore } from './retention-clock-store.ts'

export function retentionClockStoreConformance(open: OpenStores): void {
  test('the clock has no state until it is set, and then the latest state', async () => {
    await using db = await open()
    expect(await retentionClockStore(db.read).get()).toBeUndefined()
    await db.transaction((tx) => retentionClockStore(tx).set({ time: NEW_YEAR, waited: 0 }))
    await db.transaction((tx) => retentionClockStore(tx).set({ time: NEW_YEAR + 1, waited: 5 }))
    expect(await retentionClockStore(db.read).get()).toEqual({ time: NEW_YEAR + 1, waited: 5 })
  })

  test('the newest arrival is that of any org, and null for an empty log', async () => {
    await using db = await open()
    const [one, other] = [await db.anOrg(), await db.anOrg()]
    expect(await retentionClockStore(db.read).newestArrival()).toBeNull()
    await db.append(one, [anEntry({ receivedAt: NEW_YEAR + 9 }), anEntry({ receivedAt: NEW_YEAR + 2 })])
    await db.append(other, [anEntry({ receivedAt: NEW_YEAR + 5, at: NEW_YEAR + 50 })])
    expect(await retentionClockStore(db.read).newestArrival()).toBe(NEW_YEAR + 9)
  })
}
