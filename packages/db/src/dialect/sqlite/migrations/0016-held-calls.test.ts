import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { LogId, OrgId } from '@sentinelmesh/api'
import { insertLog, oldFile } from '../../../testing/old-file.ts'
import { NEW_YEAR } from '../../../testing/entries.ts'
import { temporaryFolder, WORKERS } from '../../../testing/temporary-store.ts'
import { heldCallStore } from '../../../stores/held-call-store.ts'
import { verdictPauseStore } from '../../../stores/verdict-pause-store.ts'
import { openSqlite } from '../open-sqlite.ts'
import { heldCalls } from './0016-held-calls.ts'
import { MIGRATIONS } from './index.ts'

const ORG = 1 as OrgId

test('an org of the previous version has no held calls and no pauses, and can have both', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'log.db')
  {
    using old = oldFile(file, MIGRATIONS.slice(0, MIGRATIONS.indexOf(heldCalls)))
    insertLog(old, [30])
  }
  const db = await openSqlite({ file, workers: WORKERS })
  try {
    expect(await heldCallStore(db.read).since(ORG, 0, 10)).toEqual([])
    expect(await verdictPauseStore(db.read).list(ORG, 0)).toEqual([])
    const call = {
      entry: 'id-1' as LogId,
      digest: 'd',
      callKey: null,
      verdict: 'ask',
      surface: 'mcp',
      at: NEW_YEAR,
    } as const
    const pause = { sender: 'agent.a', until: NEW_YEAR + 1, pausedAt: NEW_YEAR, pausedBy: 'user:1' }
    await db.transaction(async (tx) => {
      await heldCallStore(tx).add(ORG, call)
      await verdictPauseStore(tx).set(ORG, pause)
    })
    expect(await heldCallStore(db.read).since(ORG, 0, 10)).toMatchObject([call])
    expect(await verdictPauseStore(db.read).list(ORG, NEW_YEAR)).toEqual([pause])
  } finally {
    await db.close()
  }
})
