import { expect, test } from 'vitest'
import type { Seq } from '@sentinelmesh/api'
import { NEW_YEAR } from '../testing/entries.ts'
import type { OpenStores } from '../testing/stores-under-test.ts'
import { type SetAside, setAsideStore } from './set-aside-store.ts'

const anEntry = (seq: number, parts: Partial<SetAside> = {}): SetAside => ({
  consumer: 'alerting',
  seq: seq as Seq,
  tries: 3,
  reason: 'The effect failed.',
  at: NEW_YEAR,
  ...parts,
})

export function setAsideStoreConformance(open: OpenStores): void {
  test('entries are listed newest first, up to a limit, only in their org', async () => {
    await using db = await open()
    const org = await db.anOrg()
    const entries = [anEntry(7), anEntry(4, { at: NEW_YEAR + 1 }), anEntry(9)]
    await db.transaction(async (tx) => {
      for (const entry of entries) await setAsideStore(tx).add(org, entry)
    })
    expect(await setAsideStore(db.read).list(org, 10)).toEqual([entries[1], entries[2], entries[0]])
    expect(await setAsideStore(db.read).list(org, 1)).toEqual([entries[1]])
    expect(await setAsideStore(db.read).list(await db.anOrg(), 10)).toEqual([])
  })

  test('an entry that is set aside again has its last reason', async () => {
    await using db = await open()
    const org = await db.anOrg()
    const again = anEntry(7, { tries: 4, reason: 'Another reason.', at: NEW_YEAR + 1 })
    await db.transaction((tx) => setAsideStore(tx).add(org, anEntry(7)))
    await db.transaction((tx) => setAsideStore(tx).add(org, again))
    expect(await setAsideStore(db.read).list(org, 10)).toEqual([again])
  })

  test('counts are by consumer, over all orgs', async () => {
    await using db = await open()
    const [org, other] = [await db.anOrg(), await db.anOrg()]
    await db.transaction(async (tx) => {
      await setAsideStore(tx).add(org, anEntry(7))
      await setAsideStore(tx).add(other, anEntry(7))
      await setAsideStore(tx).add(other, anEntry(7, { consumer: 'notifier' }))
    })
    const counts = await setAsideStore(db.read).counts()
    expect([...counts].toSorted()).toEqual([
      ['alerting', 2],
      ['notifier', 1],
    ])
  })
}
