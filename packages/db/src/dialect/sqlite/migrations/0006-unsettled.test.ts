import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { anEntry } from '../../../testing/entries.ts'
import { createOrg, temporaryFolder, WORKERS } from '../../../testing/temporary-store.ts'
import { openSqlite } from '../open-sqlite.ts'

test('entries of the version before can be erased, and the roll-ups are right then', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'log.db')
  const before = await openSqlite({ file, workers: WORKERS })
  const org = await createOrg(before)
  await before.logs.append(org, [anEntry({ risk: 30, band: 'medium' }), anEntry({ risk: 20, band: 'low' })])
  await before.close()
  const old = new Sqlite(file)
  old.exec('drop table unsettled')
  old.pragma('user_version = 5')
  old.close()

  const db = await openSqlite({ file, workers: WORKERS })
  try {
    expect(await db.logs.erase(org, [{ from: 1, to: 1 }])).toBe(1)
    expect(await db.rollups.verify(org)).toEqual([])
  } finally {
    await db.close()
  }
})
