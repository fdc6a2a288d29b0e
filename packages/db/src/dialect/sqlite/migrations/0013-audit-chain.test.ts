import { join } from 'node:path'
import { expect, test } from 'vitest'
import { NEW_YEAR } from '../../../testing/entries.ts'
import { temporaryFolder, WORKERS } from '../../../testing/temporary-store.ts'
import { auditStore } from '../../../stores/audit-store.ts'
import { inspectSqlite } from '../integrity/inspect.ts'
import { openSqlite } from '../open-sqlite.ts'
import { auditChain } from './0013-audit-chain.ts'
import { MIGRATIONS } from './index.ts'
import { insertOrg, oldFile } from '../../../testing/old-file.ts'

test('audit records of the previous version are chained, and a record states how many and since when', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'log.db')
  {
    using old = oldFile(file, MIGRATIONS.slice(0, MIGRATIONS.indexOf(auditChain)))
    insertOrg(old)
    for (const id of [1, 2, 5])
      old.insert('audit', { id, org: 1, at: NEW_YEAR, principal: 'user:ada', action: `a${id}`, details: '{"n":1}' })
  }

  const db = await openSqlite({ file, workers: WORKERS })
  try {
    await db.transaction((tx) => auditStore(tx).append(null, { at: NEW_YEAR, principal: 'p', action: 'new' }))
    const records = await db.read.selectFrom('audit').select(['id', 'action', 'details']).orderBy('id').execute()
    expect(records.slice(3)).toEqual([
      { id: 6, action: 'audit.chain', details: '{"records":3}' },
      { id: 7, action: 'new', details: null },
    ])
  } finally {
    await db.close()
  }
  expect(await inspectSqlite({ file })).toMatchObject({
    findings: [],
    audit: { records: 5, head: { seq: 7 }, chainedLater: 3, publishedHeads: 0 },
  })
})
