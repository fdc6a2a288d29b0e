import { expect, test } from 'vitest'
import { NEW_YEAR } from '../testing/entries.ts'
import type { OpenStores } from '../testing/stores-under-test.ts'
import { verdictPauseStore } from './verdict-pause-store.ts'

export function verdictPauseStoreConformance(open: OpenStores): void {
  test('pauses are listed until they end or are removed, only in their org', async () => {
    await using db = await open()
    const org = await db.anOrg()
    const pause = (sender: string, until: number) => ({ sender, until, pausedAt: NEW_YEAR, pausedBy: 'user:1' })
    const set = (sender: string, until: number) =>
      db.transaction((tx) => verdictPauseStore(tx).set(org, pause(sender, until)))
    await set('agent.a', NEW_YEAR + 5)
    await set('agent.b', NEW_YEAR + 3)
    await set('agent.a', NEW_YEAR + 9)
    const list = (now: number) => verdictPauseStore(db.read).list(org, now)
    expect(await list(NEW_YEAR)).toEqual([pause('agent.b', NEW_YEAR + 3), pause('agent.a', NEW_YEAR + 9)])
    expect(await list(NEW_YEAR + 3)).toEqual([pause('agent.a', NEW_YEAR + 9)])
    expect(await verdictPauseStore(db.read).list(await db.anOrg(), 0)).toEqual([])
    const remove = () => db.transaction((tx) => verdictPauseStore(tx).remove(org, 'agent.a'))
    expect([await remove(), await remove()]).toEqual([true, false])
    expect(await list(NEW_YEAR + 3)).toEqual([])
  })
}
