import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { AUDIT_GENESIS, auditHead, auditLeaf, type AuditRow } from '../../../audit-chain.ts'
import { AUDIT_CHAIN, type ChainHead } from '../../../integrity.ts'
import { auditStore } from '../../../stores/audit-store.ts'
import { NEW_YEAR } from '../../../testing/entries.ts'
import { createOrg, temporaryFolder, WORKERS } from '../../../testing/temporary-store.ts'
import { inspectSqlite } from './inspect.ts'
import { openSqlite } from '../open-sqlite.ts'

const RECORDS = 6

/** An audit log of six records, and its head after each of them. */
async function anAudit(folder: string): Promise<{ readonly file: string; readonly heads: readonly ChainHead[] }> {
  const file = join(folder, 'log.db')
  const db = await openSqlite({ file, workers: WORKERS })
  const org = await createOrg(db, 'Acme')
  const heads: ChainHead[] = []
  for (let n = 1; n <= RECORDS; n++) {
    await db.transaction((tx) =>
      auditStore(tx).append(n % 2 === 0 ? org : null, {
        at: NEW_YEAR + n,
        principal: `user:${n}`,
        action: 'rules.update',
        target: n === 3 ? 'cut \uD800 in half, with \0' : `t${n}`,
        remoteAddress: '127.0.0.1',
        details: { n, says: 'zwölf 💥' },
      }),
    )
    const head = await auditStore(db.read).head()
    if (head !== undefined) heads.push(head)
  }
  await db.close()
  return { file, heads }
}

/** Changes the file as an attacker with write access does: drops the triggers, then restores them. */
function change(file: string, work: string | ((db: Sqlite.Database) => void)): void {
  const db = new Sqlite(file)
  try {
    db.pragma('foreign_keys = OFF')
    const triggers = db
      .prepare<[], { name: string; sql: string }>(`select name, sql from sqlite_schema where type = 'trigger'`)
      .all()
    for (const { name } of triggers) db.exec(`drop trigger ${name}`)
    if (typeof work === 'string') db.exec(work)
    else work(db)
    for (const { sql } of triggers) db.exec(sql)
  } finally {
    db.close()
  }
}

async function found(file: string, published: readonly ChainHead[] = []): Promise<readonly string[]> {
  const inspection = await inspectSqlite({ file, published })
  if (inspection === 'no_such_org') throw new Error(inspection)
  return inspection.findings.filter(({ type }) => type === 'audit').map(({ says }) => says)
}

test('an untouched audit log has no findings, matches its published heads, and reports its current head', async () => {
  await using folder = await temporaryFolder()
  const { file, heads } = await anAudit(folder.path)
  expect(heads.map(({ org, seq }) => [org, seq])).toEqual([1, 2, 3, 4, 5, 6].map((seq) => [AUDIT_CHAIN, seq]))
  expect(await inspectSqlite({ file, published: heads })).toMatchObject({
    findings: [],
    audit: { records: RECORDS, chainedLater: 0, head: heads.at(-1), publishedHeads: RECORDS },
  })
})

test.each([
  ['the principal', `principal = 'user:9'`],
  ['the action', `action = 'rules.create'`],
  ['the target', `target = null`],
  ['the remote address', `remote_address = null`],
  ['the time', `at = at + 1`],
  ['the organization', `org = null`],
  ['the details', `details = json_set(details, '$.n', 5)`],
])('an edited record is found: %s', async (_what, assignment) => {
  await using folder = await temporaryFolder()
  const { file } = await anAudit(folder.path)
  change(file, `update audit set ${assignment} where id = 4`)
  expect(await found(file)).toEqual(['Record 4 of the audit is not what was stored: it was edited.'])
})

test.each([
  ['its salt', `update audit_chain set salt = randomblob(16) where id = 4`, /^Record 4 .* edited/],
  ['its leaf', `update audit_chain set leaf = randomblob(32) where id = 4`, /^Record 4 .* edited/],
  ['its head', `update audit_chain set head = randomblob(32) where id = 4`, /^The link of record 4 /],
  ['the record', `delete from audit where id = 4`, /^Record 4 of the audit is gone/],
  ['its link', `delete from audit_chain where id = 4`, /^Record 4 .* not part of its chain/],
  [
    'the record and its link',
    `delete from audit_chain where id = 4; delete from audit where id = 4`,
    /^The link of record 5 /,
  ],
  [
    'the first record',
    `delete from audit_chain where id = 1; delete from audit where id = 1`,
    /^The link of record 2 /,
  ],
  ['the end', `delete from audit_chain where id > 4; delete from audit where id > 4`, /^The audit ends at record 4, /],
  ['the whole audit log', `delete from audit_chain; delete from audit`, /^The audit ends at record 0, and record 6 /],
  [
    'an extra record',
    `insert into audit (at, principal, action) values (1, 'p', 'a')`,
    /^Record 7 .* not part of its chain/,
  ],
])('a change to a record or its chain link is found: %s', async (_what, statement, says) => {
  await using folder = await temporaryFolder()
  const { file } = await anAudit(folder.path)
  change(file, statement)
  expect(await found(file)).toContainEqual(expect.stringMatching(says))
})

test('swapped records are named', async () => {
  await using folder = await temporaryFolder()
  const { file } = await anAudit(folder.path)
  change(
    file,
    `update audit set id = 100 where id = 2; update audit set id = 2 where id = 5; update audit set id = 5 where id = 100;
     update sqlite_sequence set seq = 6 where name = 'audit'`,
  )
  expect(await found(file)).toEqual([
    'Record 2 of the audit was stored as 5: the order was changed.',
    'Record 5 of the audit was stored as 2: the order was changed.',
  ])
})

test.each([
  'audit_keeps_what_it_says',
  'audit_keeps_what_it_has',
  'audit_chain_keeps_what_it_says',
  'audit_chain_keeps_what_it_has',
])('a missing or disabled trigger is found: %s', async (name) => {
  await using folder = await temporaryFolder()
  const { file } = await anAudit(folder.path)
  const db = new Sqlite(file)
  db.exec(`drop trigger ${name}`)
  expect(await found(file)).toEqual([`The trigger ${name}, which keeps the audit from being changed, was removed.`])
  db.exec(`create trigger ${name} before delete on audit begin select 1; end`)
  expect(await found(file)).toEqual([`The trigger ${name}, which keeps the audit from being changed, was altered.`])
  db.close()
})

test('only a published head reveals a truncated or recomputed audit log that is consistent with itself', async () => {
  await using folder = await temporaryFolder()
  const { file, heads } = await anAudit(folder.path)
  change(
    file,
    `delete from audit_chain where id > 4; delete from audit where id > 4;
     update sqlite_sequence set seq = 4 where name = 'audit'`,
  )
  expect(await found(file)).toEqual([])
  expect(await found(file, heads.slice(-1))).toEqual([
    expect.stringContaining('a head was published when it reached 6'),
  ])

  change(file, (db) => {
    db.exec(`update audit set principal = 'user:9' where id = 2`)
    let before: Uint8Array = AUDIT_GENESIS
    for (const row of db.prepare<[], AuditRow>('select * from audit order by id').all()) {
      const salt = db.prepare<[number], Buffer>('select salt from audit_chain where id = ?').pluck(true).get(row.id)
      const leaf = auditLeaf(salt ?? new Uint8Array(), row)
      before = auditHead(before, row.id, leaf)
      db.prepare('update audit_chain set leaf = ?, head = ? where id = ?').run(leaf, before, row.id)
    }
  })
  expect(await found(file)).toEqual([])
  expect(await found(file, heads.slice(0, 3))).toHaveLength(2)
})
