import { expect, test } from 'vitest'
import { NEW_YEAR } from '../testing/entries.ts'
import { type OpenStores } from '../testing/stores-under-test.ts'
import { ruleSettingsStore } from './rule-settings-store.ts'

const BY = { at: NEW_YEAR, by: 'user:ada' }
const LATER = { at: NEW_YEAR + 1_000_000, by: 'user:bob' }

export function ruleSettingsStoreConformance(open: OpenStores): void {
  test('settings change independently and survive quarantine and release of a rule', async () => {
    await using db = await open()
    const org = await db.anOrg()
    const change = (what: Parameters<ReturnType<typeof ruleSettingsStore>['change']>[2]) =>
      db.transaction((tx) => ruleSettingsStore(tx).change(org, 'a', what, BY))
    const stored = async () => (await ruleSettingsStore(db.read).list(org))[0]
    await change({ level: 'low', points: 3 })
    await change({ enabled: false })
    await change({ points: null })
    expect(await stored()).toMatchObject({ enabled: false, level: 'low', points: null, quarantine: null })
    const quarantine = { reason: 'slow', micros: 9_000, budgetMicros: 5_000, payloadBytes: 100, strikes: 3 }
    await db.transaction((tx) => ruleSettingsStore(tx).quarantine(org, 'a', quarantine, LATER))
    expect(await stored()).toMatchObject({ level: 'low', quarantine: { ...quarantine, at: LATER.at } })
    await db.transaction((tx) => ruleSettingsStore(tx).quarantine(org, 'a', null, LATER))
    expect(await stored()).toMatchObject({ level: 'low', enabled: false, quarantine: null })
    expect(await ruleSettingsStore(db.read).list(await db.anOrg())).toEqual([])
  })

  test("a rule's settings are removed only in its org", async () => {
    await using db = await open()
    const [org, other] = [await db.anOrg(), await db.anOrg()]
    await db.transaction(async (tx) => {
      for (const to of [org, other]) await ruleSettingsStore(tx).change(to, 'a', { enabled: false }, BY)
      await ruleSettingsStore(tx).remove(org, 'a')
    })
    expect(await ruleSettingsStore(db.read).list(org)).toEqual([])
    expect(await ruleSettingsStore(db.read).list(other)).toHaveLength(1)
  })
}
