import { stat } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { OrgId } from '@sentinelmesh/api'
import type { Database } from '../../../database.ts'
import { anEntry, NEW_YEAR, times } from '../../../testing/entries.ts'
import { temporaryStore } from '../../../testing/temporary-store.ts'

const PAYLOAD = { type: 'text', text: 'x'.repeat(16 * 1024) } as const

async function fill(db: Database, org: OrgId): Promise<void> {
  for (let batch = 0; batch < 8; batch++)
    await db.logs.append(
      org,
      times(100, (n) => anEntry({ receivedAt: NEW_YEAR + batch * 100 + n, payload: PAYLOAD })),
    )
}

test('a purge shrinks the file, except for space reserved for the next entries', async () => {
  await using db = await temporaryStore()
  const org = await db.anOrg()
  await fill(db, org)
  await db.space.emptyLog()
  const before = (await stat(db.file)).size
  expect(await db.removal.purge(org, NEW_YEAR + 700, 1_000)).toBe(700)
  await db.space.giveBack()
  await db.space.emptyLog()
  const after = (await stat(db.file)).size
  expect(before).toBeGreaterThan(12 * 1024 * 1024)
  expect(after).toBeLessThan(before / 4)
  expect((await db.logs.head(org)).entries).toBe(100)
})

test('the chain leaves of a batch are removed with its last entry, not earlier', async () => {
  await using db = await temporaryStore()
  const org = await db.anOrg()
  for (let batch = 0; batch < 3; batch++)
    await db.logs.append(
      org,
      times(10, () => anEntry()),
    )
  const leaves = async () => {
    const rows = await db.read.selectFrom('chain').select(['to_seq', 'leaves']).orderBy('to_seq').execute()
    return rows.map((row) => [row.to_seq, row.leaves?.length ?? null])
  }
  await db.removal.erase(org, [
    { from: 1, to: 9 },
    { from: 11, to: 20 },
  ])
  expect(await leaves()).toEqual([
    [10, 320],
    [20, null],
    [30, 320],
  ])
  await db.removal.purge(org, NEW_YEAR + 1, 11)
  expect(await leaves()).toEqual([
    [10, null],
    [20, null],
    [30, null],
  ])
})

test('appends run between the slices of a purge instead of waiting for its end', async () => {
  await using db = await temporaryStore()
  const org = await db.anOrg()
  await fill(db, org)
  const done: string[] = []
  const purging = db.removal.purge(org, NEW_YEAR + 800, 1_000).then(() => done.push('purge'))
  for (let n = 0; n < 3; n++)
    await db.logs.append(org, [anEntry({ receivedAt: NEW_YEAR + 900 })]).then(() => done.push('append'))
  await purging
  expect(done).toEqual(['append', 'append', 'append', 'purge'])
})

test('closing the store rejects background work and leaves nothing half done', async () => {
  await using db = await temporaryStore()
  const org = await db.anOrg()
  await fill(db, org)
  const purging = db.removal.purge(org, NEW_YEAR + 800, 1_000)
  await db.logs.append(org, [anEntry({ receivedAt: NEW_YEAR + 900 })])
  const closing = db.close()
  await expect(purging).rejects.toMatchObject({ code: 'shutting_down' })
  await closing
})
