import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { OrgId } from '@sentinelmesh/api'
import { temporaryFolder, WORKERS } from '../../../testing/temporary-store.ts'
import { openSqlite } from '../open-sqlite.ts'
import { MIGRATIONS } from './index.ts'
import { insertLog, oldFile } from '../../../testing/old-file.ts'

const ORG = 1 as OrgId

function writeFifthSchema(file: string): void {
  using old = oldFile(file, MIGRATIONS.slice(0, 5))
  insertLog(old, [30, 20])
}

test('entries of the previous version can be erased, and the roll-ups stay correct', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'log.db')
  writeFifthSchema(file)
  const db = await openSqlite({ file, workers: WORKERS })
  try {
    expect(await db.removal.erase(ORG, [{ from: 1, to: 1 }])).toBe(1)
    expect(await db.rollups.verify(ORG)).toEqual([])
  } finally {
    await db.close()
  }
})
