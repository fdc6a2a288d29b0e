import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { OrgId, Seq } from '@sentinelmesh/api'
import { NEW_YEAR, SECOND } from '../../../testing/entries.ts'
import { temporaryFolder, WORKERS } from '../../../testing/temporary-store.ts'
import { erasureStore } from '../../../stores/erasure-store.ts'
import { retentionStore } from '../../../stores/retention-store.ts'
import { openSqlite } from '../open-sqlite.ts'
import { first } from './0001-first.ts'
import { rules } from './0002-rules.ts'
import { runSteps } from './migration.ts'

const ORG = 1 as OrgId

/** A schema 2 file, which cannot release space: three entries of two sessions. */
function writeSecondSchema(file: string): void {
  const db = new Sqlite(file)
  db.pragma(`application_id = ${0x534d7368}`)
  runSteps(db, [...first, ...rules])
  db.pragma('user_version = 2')
  db.exec(`
    insert into orgs values (1, 'u', 'Acme', 'acme', zeroblob(32), 0, ${NEW_YEAR});
    insert into org_heads values (1, 3, 3, 15);
    insert into entries (pos, org, seq, uid, at, received_at, sender, kind, kind_assumed, session, risk, band, content_hash,
        leaf_salt, reported_by, surface, flags)
      select value, 1, value, 'id-' || value, ${NEW_YEAR}, ${NEW_YEAR} + value * ${SECOND}, 'agent.a', 'message', 0,
        iif(value = 2, 'other', 's'), 0, 'none', x'', zeroblob(16), 'key:1', 'rest', 0
      from json_each('[1, 2, 3]');
    insert into payloads (pos, type, size, bytes) select pos, 'text', 5, x'68656c6c6f' from entries;
    insert into rollups select 1, dimension, ${NEW_YEAR / (60 * SECOND)}, key, 3, 0, 0
      from (select 'all' as dimension, '' as key union values ('sender', 'agent.a'), ('kind', 'message'), ('band', 'none'));
  `)
  db.close()
}

test('an org of the previous version uses the installation’s retention, and its entries can be purged and erased', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'log.db')
  writeSecondSchema(file)
  const db = await openSqlite({ file, workers: WORKERS })
  try {
    expect(await retentionStore(db.read).get(ORG)).toEqual({ days: null, maxBytes: null, rollupsDays: null })
    const kept = { days: 30, maxBytes: 1_000, rollupsDays: 90 }
    await db.transaction((tx) => retentionStore(tx).set(ORG, kept, { at: NEW_YEAR, by: 'user:ada' }))
    expect(await retentionStore(db.read).get(ORG)).toEqual(kept)
    expect(await retentionStore(db.read).stored(ORG)).toEqual({ entries: 3, bytes: 15, oldest: NEW_YEAR + SECOND })

    const request = { session: 's', to: 3 as Seq, at: NEW_YEAR, by: 'user:ada' }
    const erasure = await db.transaction((tx) => erasureStore(tx).create(ORG, request))
    expect(await erasureStore(db.read).pending()).toEqual([erasure])
    expect(await erasureStore(db.read).countLeft(erasure, 10)).toBe(2)
    expect(await db.removal.erase(ORG, await db.removal.findErasable(ORG, request, 10))).toBe(2)
    await db.space.wipe()
    await db.space.giveBack()
    expect(await db.removal.purge(ORG, NEW_YEAR + 10 * SECOND, 10)).toBe(1)
    expect(await db.rollups.verify(ORG)).toEqual([])
    const { items } = await db.logs.read(ORG, 0 as Seq, { entries: 10, bytes: 1_000 })
    expect(items.map((item) => (item.type === 'gap' ? [item.from, item.to, item.reason] : item.seq))).toEqual([
      [1, 1, 'erased'],
      [2, 2, 'retention'],
      [3, 3, 'erased'],
    ])
  } finally {
    await db.close()
  }
})
