import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { OrgId } from '@sentinelmesh/api'
import { apiKeyStore } from '../../../stores/api-key-store.ts'
import { ingestQuotaStore } from '../../../stores/ingest-quota-store.ts'
import { temporaryFolder, WORKERS } from '../../../testing/temporary-store.ts'
import { openSqlite } from '../open-sqlite.ts'
import { ingestLimits } from './0011-ingest-limits.ts'
import { MIGRATIONS } from './index.ts'
import { insertLog, oldFile } from '../../../testing/old-file.ts'

test('API keys and organizations of the previous version have no ingestion limit', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'log.db')
  {
    using old = oldFile(file, MIGRATIONS.slice(0, MIGRATIONS.indexOf(ingestLimits)))
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
    const org = 1 as OrgId
    expect(await apiKeyStore(db.read).list(org, { most: 9 })).toMatchObject([{ name: 'old', entriesPerSecond: null }])
    expect(await ingestQuotaStore(db.read).get(org)).toBeNull()
    await db.transaction((tx) => ingestQuotaStore(tx).set(org, 2.5, { at: 1, by: 'test' }))
    expect(await ingestQuotaStore(db.read).get(org)).toBe(2.5)
    await expect(db.transaction((tx) => ingestQuotaStore(tx).set(org, 0, { at: 1, by: 'test' }))).rejects.toThrow(
      /CHECK/,
    )
  } finally {
    await db.close()
  }
})
