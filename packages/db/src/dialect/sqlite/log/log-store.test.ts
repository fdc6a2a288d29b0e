import { expect, test } from 'vitest'
import { BEFORE_ALL } from '@sentinelmesh/api/constants'
import { logStoreConformance } from '../../../testing/log-store.conformance.ts'
import { anEntry, times } from '../../../testing/entries.ts'
import { temporaryStore } from '../../../testing/temporary-store.ts'

logStoreConformance('SQLite', () => temporaryStore())

test('a position that is neither stored nor in a recorded gap is returned as lost, never skipped', async () => {
  await using db = await temporaryStore()
  const org = await db.anOrg()
  await db.logs.append(
    org,
    times(6, () => anEntry()),
  )
  await db.transaction((tx) => tx.deleteFrom('entries').where('seq', 'in', [3, 4, 6]).execute())
  const { items, more } = await db.logs.read(org, BEFORE_ALL, { entries: 10, bytes: 1_000_000 })
  expect(items.map((item) => (item.type === 'gap' ? [item.from, item.to, item.reason] : item.seq))).toEqual([
    1,
    2,
    [3, 4, 'lost'],
    5,
    [6, 6, 'lost'],
  ])
  expect(more).toBe(false)
})
