import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { LogId, OrgId } from '@sentinelmesh/api'
import { parseStrict } from '@sentinelmesh/query'
import { aMatch, anEntry, NEW_YEAR } from '../../../testing/entries.ts'
import { temporaryFolder, WORKERS } from '../../../testing/temporary-store.ts'
import { openSqlite } from '../open-sqlite.ts'
import { first } from './0001-first.ts'
import { insertOrg, oldFile } from '../../../testing/old-file.ts'

const PLACES = [{ field: 'payload', pointer: null, start: 0, end: 5 }]
const ID = '01890000-0000-7000-8000-000000000001' as LogId

/** A file of the previous version: an org, an entry with a match, its roll-ups and the rule's text. */
function writeFirstSchema(file: string): void {
  using old = oldFile(file, [first])
  insertOrg(old)
  old.insert('org_heads', { org: 1, head_seq: 1, entries: 1, bytes: 5 })
  old.insert('entries', {
    pos: 1,
    org: 1,
    seq: 1,
    uid: ID,
    at: NEW_YEAR,
    received_at: NEW_YEAR,
    sender: 'agent.old',
    kind: 'message',
    kind_assumed: 0,
    risk: 70,
    band: 'high',
    content_hash: Buffer.alloc(0),
    flags: 0,
    leaf_salt: Buffer.alloc(16),
    reported_by: 'key:1',
    surface: 'rest',
  })
  old.insert('payloads', { pos: 1, type: 'text', size: 5, snippet_marks: '[[0,5]]', bytes: Buffer.from('hello') })
  old.insert('matches', {
    pos: 1,
    ordinal: 0,
    org: 1,
    seq: 1,
    rule_id: 'r1',
    rule_hash: 'ab',
    title: 'Old rule',
    level: 'high',
    points: 70,
    family: 'r1',
    contributes: 1,
    places: JSON.stringify(PLACES),
  })
  old.insert('rule_versions', {
    org: 1,
    hash: 'ab',
    rule_id: 'r1',
    title: 'Old rule',
    text: 'title: Old rule',
    first_seen_at: NEW_YEAR,
  })
  const sums = { minute: NEW_YEAR / 60_000_000, count: 1, risk_sum: 70, risk_max: 70 }
  for (const [dimension, key] of [
    ['all', ''],
    ['sender', 'agent.old'],
    ['kind', 'message'],
    ['band', 'high'],
    ['rule', 'r1'],
  ])
    old.insert('rollups', { org: 1, dimension, key, ...sums })
}

test('entries of the previous version are returned unchanged, found by rule, and included in new counts', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'log.db')
  writeFirstSchema(file)
  const db = await openSqlite({ file, workers: WORKERS })
  try {
    const org = 1 as OrgId
    const stored = await db.logs.get(org, ID)
    expect(stored?.fullMatches).toEqual([
      aMatch({ ruleId: 'r1', ruleHash: 'ab', title: 'Old rule', family: 'r1', places: PLACES }),
    ])
    expect(stored?.matches).toEqual([{ ruleId: 'r1', title: 'Old rule', level: 'high' }])
    await db.logs.append(org, [
      anEntry({ at: NEW_YEAR, risk: 70, band: 'high', receiver: null, matches: [aMatch({ ruleId: 'r1' })] }),
    ])
    const found = await db.search.page(
      org,
      { query: parseStrict('rule:r1'), now: NEW_YEAR },
      { limit: 9, order: 'oldest' },
    )
    expect(found.items.map(({ seq }) => seq)).toEqual([1, 2])
    expect(await db.rollups.verify(org)).toEqual([])
  } finally {
    await db.close()
  }
})

test('a migrated file has the same tables and indexes as a new one', async () => {
  await using folder = await temporaryFolder()
  const schemaOf = (file: string) => {
    const db = new Sqlite(file, { readonly: true })
    const rows = db
      .prepare("select type, name, sql from sqlite_schema where name not like 'sqlite_%' order by 1, 2")
      .all()
    db.close()
    return rows
  }
  const [old, fresh] = [join(folder.path, 'old.db'), join(folder.path, 'fresh.db')]
  writeFirstSchema(old)
  for (const file of [old, fresh]) await (await openSqlite({ file, workers: WORKERS })).close()
  expect(schemaOf(old)).toEqual(schemaOf(fresh))
})
