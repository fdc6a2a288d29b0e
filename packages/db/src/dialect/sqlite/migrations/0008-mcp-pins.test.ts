import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { OrgId } from '@sentinelmesh/api'
import { NEW_YEAR } from '../../../testing/entries.ts'
import { temporaryFolder, WORKERS } from '../../../testing/temporary-store.ts'
import { mcpPinStore } from '../../../stores/mcp-pin-store.ts'
import { openSqlite } from '../open-sqlite.ts'
import { mcpPins } from './0008-mcp-pins.ts'
import { MIGRATIONS } from './index.ts'
import { insertLog, oldFile } from '../../../testing/old-file.ts'

const ORG = 1 as OrgId

test('an org of the previous version has no pins and can pin definitions', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'log.db')
  {
    using old = oldFile(file, MIGRATIONS.slice(0, MIGRATIONS.indexOf(mcpPins)))
    insertLog(old, [30])
  }

  const db = await openSqlite({ file, workers: WORKERS })
  try {
    const server = 'a'.repeat(16)
    expect(await mcpPinStore(db.read).list(ORG, { most: 10 })).toEqual([])
    const pin = {
      server,
      kind: 'tool',
      name: 'add',
      hash: 'b'.repeat(64),
      state: 'pinned',
      definition: '{"name":"add"}',
      listed: true,
      firstSeenAt: NEW_YEAR,
      lastSeenAt: NEW_YEAR,
      decidedAt: null,
      decidedBy: null,
    } as const
    await db.transaction(async (tx) => {
      await mcpPinStore(tx).rememberServer(ORG, { id: server, name: 'demo', target: 'npx demo', at: NEW_YEAR })
      await mcpPinStore(tx).insert(ORG, [pin])
    })
    expect(await mcpPinStore(db.read).list(ORG, { most: 10 })).toEqual([
      { ...pin, serverName: 'demo', target: 'npx demo' },
    ])
  } finally {
    await db.close()
  }
})
