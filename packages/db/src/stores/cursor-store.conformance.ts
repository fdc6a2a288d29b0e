import { expect, test } from 'vitest'
import type { Seq } from '@sentinelmesh/api'
import { BEFORE_ALL } from '@sentinelmesh/api/constants'
import type { OpenStores } from '../testing/stores-under-test.ts'
import { cursorStore } from './cursor-store.ts'

export function cursorStoreConformance(open: OpenStores): void {
  test('a cursor advances only from its current position', async () => {
    await using db = await open()
    const org = await db.anOrg()
    const advance = (from: number, to: number) =>
      db.transaction((tx) => cursorStore(tx).advance(org, 'alerting', { from: from as Seq, to: to as Seq }))
    expect(await cursorStore(db.read).get(org, 'alerting')).toBe(BEFORE_ALL)
    await advance(0, 5)
    await advance(5, 9)
    for (const from of [0, 5]) await expect(advance(from, 12)).rejects.toMatchObject({ code: 'conflict' })
    expect(await cursorStore(db.read).get(org, 'alerting')).toBe(9)
  })

  test('each consumer has its own cursor in each org', async () => {
    await using db = await open()
    const [org, other] = [await db.anOrg(), await db.anOrg()]
    await db.transaction((tx) => cursorStore(tx).advance(org, 'alerting', { from: BEFORE_ALL, to: 3 as Seq }))
    expect(await cursorStore(db.read).get(org, 'notifier')).toBe(BEFORE_ALL)
    expect(await cursorStore(db.read).get(other, 'alerting')).toBe(BEFORE_ALL)
  })

  test('a refused advance undoes the whole transaction', async () => {
    await using db = await open()
    const org = await db.anOrg()
    const failing = db.transaction(async (tx) => {
      await cursorStore(tx).advance(org, 'alerting', { from: BEFORE_ALL, to: 3 as Seq })
      await cursorStore(tx).advance(org, 'notifier', { from: 7 as Seq, to: 8 as Seq })
    })
    await expect(failing).rejects.toMatchObject({ code: 'conflict' })
    expect(await cursorStore(db.read).get(org, 'alerting')).toBe(BEFORE_ALL)
  })

  test('of two advances from the same position at once, exactly one succeeds', async () => {
    await using db = await open()
    const org = await db.anOrg()
    const advance = (to: number) =>
      db.transaction((tx) => cursorStore(tx).advance(org, 'alerting', { from: BEFORE_ALL, to: to as Seq }))
    const results = await Promise.allSettled([advance(3), advance(4)])
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })
}
