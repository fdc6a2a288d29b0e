import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { OrgId } from '@sentinelmesh/api'
import { anEntry, NEW_YEAR } from '../../../testing/entries.ts'
import { temporaryFolder, WORKERS } from '../../../testing/temporary-store.ts'
import { inspectSqlite } from '../integrity/inspect.ts'
import { openSqlite } from '../open-sqlite.ts'
import { first } from './0001-first.ts'
import { rules } from './0002-rules.ts'
import { runSteps } from './migration.ts'

/** A schema 2 file with two entries. */
function writeSecondSchema(file: string): void {
  const db = new Sqlite(file)
  db.pragma(`application_id = ${0x534d7368}`)
  runSteps(db, [...first, ...rules])
  db.exec(`
    insert into orgs values (1, 'u', 'Acme', 'acme', zeroblob(32), 0, ${NEW_YEAR});
    insert into org_heads values (1, 2, 2, 10);`)
  for (const seq of [1, 2])
    db.exec(`
      insert into entries (pos, org, seq, uid, at, received_at, sender, kind, kind_assumed, risk, band, content_hash,
        leaf_salt, reported_by, surface, flags)
      values (${seq}, 1, ${seq}, 'id-${seq}', ${NEW_YEAR}, ${NEW_YEAR}, 'agent.a', 'message', 0, 0, 'none', x'',
        zeroblob(16), 'key:1', 'rest', 0);
      insert into payloads values (${seq}, 'text', 5, null, null, null, cast('hello' as blob));`)
  for (const [dimension, key] of [
    ['all', ''],
    ['sender', 'agent.a'],
    ['kind', 'message'],
    ['band', 'none'],
  ])
    db.prepare('insert into rollups values (1, ?, ?, ?, 2, 0, 0)').run(dimension, NEW_YEAR / 60_000_000, key)
  db.pragma('user_version = 2')
  db.close()
}

test('entries stored before the migration have no chain, and the next entries start one', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'log.db')
  writeSecondSchema(file)
  await expect(inspectSqlite({ file })).rejects.toThrow('an earlier version')
  const db = await openSqlite({ file, workers: WORKERS })
  try {
    expect(await inspectSqlite({ file })).toMatchObject({ findings: [], orgs: [{ head: null, uncovered: 2 }] })
    await db.logs.append(1 as OrgId, [anEntry(), anEntry()])
    expect(await inspectSqlite({ file })).toMatchObject({
      findings: [],
      orgs: [{ head: { seq: 4 }, uncovered: 2, entries: 4 }],
    })
  } finally {
    await db.close()
  }
})
