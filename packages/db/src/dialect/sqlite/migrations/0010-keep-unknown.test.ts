import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { OrgId } from '@sentinelmesh/api'
import { apiKeyStore } from '../../../stores/api-key-store.ts'
import { temporaryFolder, WORKERS } from '../../../testing/temporary-store.ts'
import { openSqlite } from '../open-sqlite.ts'
import { keepUnknown } from './0010-keep-unknown.ts'
import { MIGRATIONS } from './index.ts'
import { insertLog, oldFile } from '../../../testing/old-file.ts'

test('API keys of the previous version do not store records that no mapper recognizes', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'log.db')
  {
    using old = oldFile(file, MIGRATIONS.slice(0, MIGRATIONS.indexOf(keepUnknown)))
    insertLog(old, [30])
    old.insert('api_keys', {
      id: 'k',
      org: 1,
      name: 'old',
      hash: Buffer.alloc(32),
      hint: 'h',
      scopes: '[]',
      created_by: 'c',
      created_at: 0,
    })
  }

  const db = await openSqlite({ file, workers: WORKERS })
  try {
    expect(await apiKeyStore(db.read).list(1 as OrgId, { most: 9 })).toMatchObject([
      { name: 'old', keepUnknown: false },
    ])
  } finally {
    await db.close()
  }
})
