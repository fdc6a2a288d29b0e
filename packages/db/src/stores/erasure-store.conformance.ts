import { expect, test } from 'vitest'
import type { Seq } from '@sentinelmesh/api'
import { anEntry, NEW_YEAR, times } from '../testing/entries.ts'
import type { OpenStores } from '../testing/stores-under-test.ts'
import { erasureStore } from './erasure-store.ts'

const REQUEST = { session: 's-1', to: 9 as Seq, at: NEW_YEAR, by: 'user:1' }

export function erasureStoreConformance(open: OpenStores): void {
  test('an erasure is pending until it is finished, which removes the name of its session', async () => {
    await using db = await open()
    const [org, other] = [await db.anOrg(), await db.anOrg()]
    const first = await db.transaction((tx) => erasureStore(tx).create(org, REQUEST))
    const second = await db.transaction((tx) => erasureStore(tx).create(other, { ...REQUEST, session: null }))
    expect(first).toMatchObject({ scope: 'session', session: 's-1', to: 9, removed: 0, finishedAt: null })
    expect(second).toMatchObject({ scope: 'all', session: null })
    expect(await erasureStore(db.read).pending()).toEqual([first, second])
    await db.transaction((tx) => erasureStore(tx).countRemoved(first.id, 3))
    await db.transaction((tx) => erasureStore(tx).countRemoved(first.id, 4))
    expect(await erasureStore(db.read).get(org, first.id)).toMatchObject({ removed: 7 })
    expect(await erasureStore(db.read).get(other, first.id)).toBeUndefined()
    expect(await erasureStore(db.read).countPending(org)).toBe(1)
    await db.transaction((tx) => erasureStore(tx).finish(first.id, { removed: 8, at: NEW_YEAR + 1 }))
    expect(await erasureStore(db.read).get(org, first.id)).toMatchObject({
      session: null,
      removed: 8,
      finishedAt: NEW_YEAR + 1,
    })
    expect(await erasureStore(db.read).countPending(org)).toBe(0)
    expect(await erasureStore(db.read).pending()).toEqual([second])
  })

  test('erasures are listed newest first, up to a limit', async () => {
    await using db = await open()
    const org = await db.anOrg()
    const created = []
    for (const by of ['user:1', 'user:2', 'user:3'])
      created.push(await db.transaction((tx) => erasureStore(tx).create(org, { ...REQUEST, by })))
    expect(await erasureStore(db.read).list(org, 2)).toEqual([created[2], created[1]])
  })

  test('the entries that an erasure still has to remove are counted up to a limit', async () => {
    await using db = await open()
    const org = await db.anOrg()
    await db.append(
      org,
      times(12, (n) => anEntry({ session: n % 2 === 0 ? 's-1' : null })),
    )
    const [session, all] = await db.transaction(async (tx) => [
      await erasureStore(tx).create(org, REQUEST),
      await erasureStore(tx).create(org, { ...REQUEST, session: null }),
    ])
    expect(await erasureStore(db.read).countLeft(session, 100)).toBe(5)
    expect(await erasureStore(db.read).countLeft(all, 100)).toBe(9)
    expect(await erasureStore(db.read).countLeft(all, 4)).toBe(4)
  })
}
