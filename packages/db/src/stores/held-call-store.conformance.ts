import { expect, test } from 'vitest'
import type { LogId } from '@sentinelmesh/api'
import { NEW_YEAR } from '../testing/entries.ts'
import type { OpenStores } from '../testing/stores-under-test.ts'
import { heldCallStore, type NewHeldCall } from './held-call-store.ts'

const aCall = (entry: string, parts: Partial<NewHeldCall> = {}): NewHeldCall => ({
  entry: entry as LogId,
  digest: 'd1',
  callKey: 'k1',
  verdict: 'block',
  surface: 'hook',
  at: NEW_YEAR,
  ...parts,
})
const OPEN = { allowedAt: null, allowedBy: null, usedAt: null, usedEntry: null, resultEntry: null }

export function heldCallStoreConformance(open: OpenStores): void {
  test('calls are listed newest first, only in their org, and a repeated one once', async () => {
    await using db = await open()
    const org = await db.anOrg()
    const calls = [aCall('a'), aCall('b', { at: NEW_YEAR + 2, callKey: null }), aCall('c', { at: NEW_YEAR - 9 })]
    await db.transaction(async (tx) => {
      for (const call of [...calls, aCall('a', { verdict: 'ask' })]) await heldCallStore(tx).add(org, call)
    })
    const [first, second] = calls
    expect(await heldCallStore(db.read).since(org, NEW_YEAR, 10)).toEqual([
      { ...second, ...OPEN },
      { ...first, ...OPEN },
    ])
    expect(await heldCallStore(db.read).since(org, NEW_YEAR, 1)).toHaveLength(1)
    expect(await heldCallStore(db.read).since(await db.anOrg(), 0, 10)).toEqual([])
    await db.transaction((tx) => heldCallStore(tx).forget(org, NEW_YEAR))
    expect(await heldCallStore(db.read).since(org, 0, 10)).toHaveLength(2)
  })

  test('a key is released in its org, and given back when the call is held again', async () => {
    await using db = await open()
    const [org, other] = [await db.anOrg(), await db.anOrg()]
    await db.transaction(async (tx) => {
      for (const one of [org, other]) await heldCallStore(tx).add(one, aCall('a'))
      await heldCallStore(tx).allow(org, 'a' as LogId, { at: NEW_YEAR, by: 'user:1' })
      await heldCallStore(tx).release(org, 'k1')
    })
    const get = (of: typeof org) => heldCallStore(db.read).get(of, 'a' as LogId)
    expect(await get(org)).toMatchObject({ callKey: null, allowedBy: 'user:1' })
    expect(await get(other)).toMatchObject({ callKey: 'k1' })
    await db.transaction((tx) => heldCallStore(tx).add(org, aCall('a', { at: NEW_YEAR + 1 })))
    expect(await get(org)).toMatchObject({ callKey: 'k1', at: NEW_YEAR + 1, allowedBy: 'user:1' })
  })

  test('an allowance is stored with its author and its use, and a later one starts anew', async () => {
    await using db = await open()
    const org = await db.anOrg()
    const id = 'a' as LogId
    const get = () => heldCallStore(db.read).get(org, id)
    await db.transaction((tx) => heldCallStore(tx).add(org, aCall('a')))
    await db.transaction((tx) => heldCallStore(tx).allow(org, id, { at: NEW_YEAR + 1, by: 'user:1' }))
    await db.transaction((tx) => heldCallStore(tx).use(org, id, { at: NEW_YEAR + 2, usedEntry: 'b' as LogId }))
    const allowed = { allowedAt: NEW_YEAR + 1, allowedBy: 'user:1' }
    expect(await get()).toEqual({ ...aCall('a'), ...OPEN, ...allowed, usedAt: NEW_YEAR + 2, usedEntry: 'b' })
    await db.transaction((tx) => heldCallStore(tx).allow(org, id, { at: NEW_YEAR + 3, by: 'user:2' }))
    await db.transaction((tx) => heldCallStore(tx).setResult(org, id, 'r' as LogId))
    expect(await get()).toMatchObject({ allowedAt: NEW_YEAR + 3, allowedBy: 'user:2', usedAt: null, resultEntry: 'r' })
    expect(await heldCallStore(db.read).get(await db.anOrg(), id)).toBeUndefined()
  })
}
