import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { LogId, OrgId } from '@sentinelmesh/api'
import { anEntry, NEW_YEAR } from '../../../testing/entries.ts'
import { temporaryFolder, WORKERS } from '../../../testing/temporary-store.ts'
import { headAfter } from '../../../chain-head.ts'
import { genesis, leafHasher, merkleRoot } from '../chain/chain.ts'
import { inspectSqlite } from '../integrity/inspect.ts'
import { openSqlite } from '../open-sqlite.ts'
import { MIGRATIONS } from './index.ts'
import { insertLog, oldFile, PAYLOAD, SALT } from '../../../testing/old-file.ts'

const ORG = 1 as OrgId
/** The exact description of an `insertLog` entry under schema 6. */
const DESCRIPTION = `["v1",1,"id-1",${NEW_YEAR},${NEW_YEAR},null,"agent.a",null,"message",0,null,null,30,"medium",null,null,"","key:1","rest",null,0,null,null,null,null,"text",5,null,null,null,[]]`

function writeSixthSchema(file: string): void {
  using old = oldFile(file, MIGRATIONS.slice(0, 6))
  insertLog(old, [30])
  const leaves = Buffer.from(leafHasher()(SALT, DESCRIPTION, PAYLOAD), 'latin1')
  const root = merkleRoot(leaves)
  old.insert('chain', { org: 1, from_seq: 1, to_seq: 1, leaves, root, head: headAfter(genesis('u'), 1, 1, root) })
}

test('older entries have no verdict and still verify, next to entries with a verdict', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'log.db')
  writeSixthSchema(file)
  const db = await openSqlite({ file, workers: WORKERS })
  try {
    expect(await db.logs.get(ORG, 'id-1' as LogId)).toMatchObject({ verdict: null, would: null, unjudged: false })
    const judged = anEntry({ verdict: 'allow', would: 'block', unjudged: true, computedId: Buffer.alloc(16, 1) })
    await db.logs.append(ORG, [judged, anEntry()])
    expect(await inspectSqlite({ file })).toMatchObject({ findings: [], orgs: [{ head: { seq: 3 }, uncovered: 0 }] })
  } finally {
    await db.close()
  }
})
