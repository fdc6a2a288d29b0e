import { expect, test } from 'vitest'
import { anEntry, NEW_YEAR, times } from '../testing/entries.ts'
import type { OpenStores } from '../testing/stores-under-test.ts'
import { type Retention, retentionStore } from './retention-store.ts'

const BY = { at: NEW_YEAR, by: 'user:1' }
const UNDECIDED: Retention = { days: null, maxBytes: null, rollupsDays: null }
const HOUR_US = 3_600e6

export function retentionStoreConformance(open: OpenStores): void {
  test('an org has its latest retention settings', async () => {
    await using db = await open()
    const org = await db.anOrg()
    const decided: Retention = { days: 30, maxBytes: 3_000_000_000, rollupsDays: 400 }
    expect(await retentionStore(db.read).get(org)).toEqual(UNDECIDED)
    await db.transaction((tx) => retentionStore(tx).set(org, decided, BY))
    expect(await retentionStore(db.read).get(org)).toEqual(decided)
    await db.transaction((tx) => retentionStore(tx).set(org, { ...decided, days: null }, BY))
    expect(await retentionStore(db.read).get(org)).toEqual({ ...decided, days: null })
    expect(await retentionStore(db.read).get(await db.anOrg())).toEqual(UNDECIDED)
  })

  test('stored entries, their bytes, and the first arrival are reported', async () => {
    await using db = await open()
    const org = await db.anOrg()
    expect(await retentionStore(db.read).stored(org)).toEqual({ entries: 0, bytes: 0, oldest: null })
    await db.append(
      org,
      times(5, (n) => anEntry({ receivedAt: NEW_YEAR + 10 - n, payload: { type: 'text', text: 'é'.repeat(10) } })),
    )
    expect(await retentionStore(db.read).stored(org)).toEqual({ entries: 5, bytes: 100, oldest: NEW_YEAR + 6 })
  })

  test('entries received before an instant are counted up to a limit', async () => {
    await using db = await open()
    const org = await db.anOrg()
    await db.append(
      org,
      times(8, (n) => anEntry({ receivedAt: NEW_YEAR + n })),
    )
    expect(await retentionStore(db.read).countBefore(org, NEW_YEAR + 5, 100)).toBe(5)
    expect(await retentionStore(db.read).countBefore(org, NEW_YEAR + 5, 3)).toBe(3)
    expect(await retentionStore(db.read).countBefore(await db.anOrg(), NEW_YEAR + 5, 3)).toBe(0)
  })

  test('the standing of every org contains everything that decides whether a purge is due', async () => {
    await using db = await open()
    const [empty, filled, counted] = [await db.anOrg(), await db.anOrg(), await db.anOrg()]
    await db.transaction((tx) => retentionStore(tx).set(filled, { ...UNDECIDED, days: 7 }, BY))
    await db.append(filled, [
      anEntry({ at: NEW_YEAR - 5, receivedAt: NEW_YEAR + 2 }),
      anEntry({ receivedAt: NEW_YEAR }),
    ])
    const hour = NEW_YEAR / HOUR_US
    await db.transaction(async (tx) => {
      const sums = { org: counted, key: '', count: 1, risk_sum: 0, risk_max: 0 }
      await tx
        .insertInto('rollups')
        .values({ ...sums, dimension: 'all', minute: hour * 60 })
        .execute()
      await tx
        .insertInto('rollup_hours')
        .values([
          { ...sums, dimension: 'all', hour: hour - 3, last_minute: hour * 60 },
          { ...sums, dimension: 'kind', hour: hour - 9, last_minute: hour * 60 },
        ])
        .execute()
    })
    const nothing = { retention: UNDECIDED, bytes: 0, oldestArrival: null, earliestAt: null }
    expect(await retentionStore(db.read).standing()).toMatchObject([
      { ...nothing, org: empty, firstCount: null },
      {
        org: filled,
        retention: { ...UNDECIDED, days: 7 },
        bytes: 10,
        oldestArrival: NEW_YEAR,
        earliestAt: NEW_YEAR - 5,
      },
      { ...nothing, org: counted, firstCount: (hour - 3) * HOUR_US },
    ])
  })
}
