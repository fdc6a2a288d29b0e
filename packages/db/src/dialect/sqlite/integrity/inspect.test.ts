import { rmSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { ChainHead, Finding } from '../../../integrity.ts'
import { LIMITS } from '../../../limits.ts'
import { aMatch, anEntry, NEW_YEAR, SECOND, times } from '../../../testing/entries.ts'
import { createOrg, temporaryFolder, WORKERS } from '../../../testing/temporary-store.ts'
import { headAfter } from '../../../chain-head.ts'
import { describe, genesis, LEAF_COLUMNS, leafHasher, merkleRoot, prepareLink } from '../chain/chain.ts'
import { inspectSqlite } from './inspect.ts'
import { openSqlite } from '../open-sqlite.ts'
import { indexFileOf } from '../text-index/index-file.ts'

const HOUR = 3_600 * SECOND

/** Twelve entries of one org in four batches, in a closed store. */
async function aLog(folder: string): Promise<{ readonly file: string; readonly heads: readonly ChainHead[] }> {
  const file = join(folder, 'log.db')
  const db = await openSqlite({ file, workers: WORKERS })
  const org = await createOrg(db, 'Acme')
  for (const batch of times(4, (n) => n)) {
    await db.logs.append(
      org,
      times(3, (n) =>
        anEntry({
          at: NEW_YEAR + (batch * 3 + n) * HOUR,
          receivedAt: NEW_YEAR + (batch * 3 + n) * HOUR,
          payload: { type: 'text', text: `payload ${batch} ${n} ${'x'.repeat(n * 300)}` },
          attributes: '{"step":1}',
          ...(n === 2 ? { verdict: 'allow', would: 'block', computedId: Buffer.alloc(16, batch) } : {}),
          ...(n === 1 ? { risk: 70, band: 'high', matches: [aMatch({ ruleId: 'r1' }), aMatch({ ruleId: 'r2' })] } : {}),
        }),
      ),
    )
  }
  await db.close()
  return { file, heads: headsOf(file) }
}

function headsOf(file: string): ChainHead[] {
  return change(file, (db) =>
    db
      .prepare<[], ChainHead>(
        `select o.uid as org, c.to_seq as seq, lower(hex(c.head)) as head from chain c join orgs o on o.id = c.org order by 2`,
      )
      .all(),
  )
}

/** Changes the file as an attacker with write access does. */
function change<Result>(file: string, work: (db: Sqlite.Database) => Result): Result {
  const db = new Sqlite(file)
  try {
    return work(db)
  } finally {
    db.close()
  }
}

async function findingsOf(file: string, published: readonly ChainHead[] = []): Promise<readonly Finding[]> {
  const inspection = await inspectSqlite({ file, published })
  if (inspection === 'no_such_org') throw new Error(inspection)
  return inspection.findings
}

const summary = (findings: readonly Finding[]) => findings.map(({ type, seq }) => `${type} ${seq}`)

const remove = (where: string) => `
  delete from matches where pos in (select pos from entries where ${where});
  delete from payloads where pos in (select pos from entries where ${where});
  delete from entries where ${where};`
/** Makes the counters match the stored entries. */
const recount = `update org_heads set entries = (select count(*) from entries),
  bytes = (select coalesce(sum(size), 0) from payloads);`

test('an untouched log has no findings and reports its current head', async () => {
  await using folder = await temporaryFolder()
  const { file, heads } = await aLog(folder.path)
  expect(heads.map(({ seq }) => seq)).toEqual([3, 6, 9, 12])
  expect(await inspectSqlite({ file, published: heads })).toEqual({
    findings: [],
    orgs: [
      { slug: 'acme', head: heads[3], entries: 12, removed: {}, uncovered: 0, publishedHeads: 4, firstBadSeq: null },
    ],
    audit: { records: 0, chainedLater: 0, head: null, publishedHeads: 0 },
  })
  expect(await inspectSqlite({ file, org: 'nobody' })).toBe('no_such_org')
})

test.each([
  ['a payload', `update payloads set bytes = cast('payload 1 0 y' as blob) where pos = 4`],
  ['the snippet shown in lists', `update payloads set snippet = 'fine' where pos = 6`],
  ['an attribute', `update payloads set attributes = '{"step":2}' where pos = 5`],
  ['a sender', `update entries set sender = 'agent.other' where seq = 5`],
  ['a time', `update entries set at = at + 1 where seq = 5`],
  ['the reporter', `update entries set reported_by = 'key:2' where seq = 5`],
  ['the points of a match', `update matches set points = 15 where seq = 5 and ordinal = 0`],
  ['the order of matches', `update matches set ordinal = 2 where seq = 5 and ordinal = 0`],
  ['the suppression of a match', `update matches set filtered_by = 'f' where seq = 5 and ordinal = 1`],
  ['a removed match', `delete from matches where seq = 5 and ordinal = 0`],
  [
    'an added match',
    `insert into matches select pos, 7, org, seq, 'r3', rule_hash, title, level, points, family,
    contributes, places, selections, filtered_by from matches where seq = 5 and ordinal = 0`,
  ],
  ['a verdict', `update entries set verdict = 'block' where seq = 6`],
  ['the verdict that enforcement would return', `update entries set would = null where seq = 6`],
  ['a removed verdict', `update entries set verdict = null, would = null, computed_id = null where seq = 6`],
  ['an added verdict', `update entries set verdict = 'allow' where seq = 5`],
  ['a computed id', `update entries set computed_id = randomblob(16) where seq = 6`],
  ['the unjudged flag', `update entries set flags = flags | 16 where seq = 5`],
  ['the salt', `update entries set leaf_salt = randomblob(16) where seq = 5`],
  ['a removed payload', `delete from payloads where pos = 5`],
])('an edit is found, with its position: %s', async (_what, statement) => {
  await using folder = await temporaryFolder()
  const { file } = await aLog(folder.path)
  change(file, (db) => db.exec(statement))
  const edited = (await findingsOf(file)).filter(({ type }) => type === 'edited')
  expect(summary(edited)).toEqual([`edited ${/(?:pos|seq) = (\d)/.exec(statement)?.[1] ?? 5}`])
})

test('an edited risk is found twice: by the chain and by the roll-ups', async () => {
  await using folder = await temporaryFolder()
  const { file } = await aLog(folder.path)
  change(file, (db) => db.exec(`update entries set risk = 0, band = 'none' where seq = 5`))
  const findings = await findingsOf(file)
  expect(summary(findings)).toContain('edited 5')
  expect(findings.some(({ type }) => type === 'counts')).toBe(true)
})

test('two swapped entries are named, within one batch and across batches', async () => {
  await using folder = await temporaryFolder()
  const { file } = await aLog(folder.path)
  const swap = (a: number, b: number) => `
    update entries set seq = 1000 where seq = ${a};
    update entries set seq = ${a} where seq = ${b};
    update entries set seq = ${b} where seq = 1000;
    update matches set seq = (select seq from entries e where e.pos = matches.pos);`
  change(file, (db) => db.exec(swap(1, 2) + swap(6, 9)))
  const findings = await findingsOf(file)
  expect(summary(findings)).toEqual(['reordered 1', 'reordered 2', 'reordered 6', 'reordered 9'])
  expect(findings[3]?.says).toBe('Entry 9 was stored as 6: the order was changed.')
})

test('a removed entry is found even if the counters were adjusted', async () => {
  await using folder = await temporaryFolder()
  const { file } = await aLog(folder.path)
  change(file, (db) => db.exec(remove('seq = 5') + recount))
  expect(summary(await findingsOf(file))).toContain('removed 5')
})

test.each([
  ['erased', 'nobody asked'],
  ['retention', 'older ones are still there'],
  ['restored', 'is not true'],
  ['maintenance', 'no reason'],
])('a recorded gap that cannot be true does not hide a removed entry: %s', async (reason, says) => {
  await using folder = await temporaryFolder()
  const { file } = await aLog(folder.path)
  change(file, (db) => db.exec(`${remove('seq = 5')}${recount} insert into gaps values (1, 5, 5, '${reason}')`))
  const found = (await findingsOf(file)).filter(({ seq }) => seq === 5)
  expect(found.map(({ type }) => type)).toEqual(['removed'])
  expect(found[0]?.says).toContain(says)
})

test('entries removed by retention are not a finding, and the remaining ones are still checked', async () => {
  await using folder = await temporaryFolder()
  const { file, heads } = await aLog(folder.path)
  change(file, (db) =>
    db.exec(`${remove('seq <= 4')}${recount} insert into gaps values (1, 1, 4, 'retention');
      update chain set leaves = null where to_seq = 3`),
  )
  expect(await findingsOf(file, heads)).toEqual([])
  change(file, (db) => db.exec(`update payloads set bytes = zeroblob(9) where pos = 5`))
  expect(summary(await findingsOf(file, heads))).toEqual(['edited 5'])
})

test('positions skipped by a restore must be recorded with that reason and no other', async () => {
  await using folder = await temporaryFolder()
  const { file } = await aLog(folder.path)
  change(file, (db) => {
    prepareLink(db)(1, 13, 20, null)
    db.exec(`insert into gaps values (1, 13, 20, 'restored'); update org_heads set head_seq = 20`)
  })
  expect(await findingsOf(file)).toEqual([])
  for (const reason of ['retention', 'erased']) {
    change(file, (db) =>
      db.exec(`update gaps set reason = '${reason}' where from_seq = 13;
        insert or ignore into erasures (id, org, scope, session, to_seq, removed, requested_at, requested_by)
          values (1, 1, 'all', null, 20, 8, 0, 'ada')`),
    )
    const relabelled = (await findingsOf(file)).filter(({ says }) => says.includes(`${reason}, is not true`))
    expect(relabelled.map(({ seq }) => seq)).toEqual(times(8, (n) => 13 + n))
  }
})

test.each(['retention', 'erased'])(
  'stored entries cannot be relabeled as positions skipped by a restore: %s',
  async (was) => {
    await using folder = await temporaryFolder()
    const { file } = await aLog(folder.path)
    change(file, (db) =>
      db.exec(`${remove('seq <= 3')}${recount} insert into gaps values (1, 1, 3, '${was}');
      insert into erasures (id, org, scope, session, to_seq, removed, requested_at, requested_by)
        values (1, 1, 'all', null, 3, 3, 0, 'ada')`),
    )
    const gone = async () => summary((await findingsOf(file)).filter(({ type }) => type === 'removed'))
    expect(await gone()).toEqual([])
    change(file, (db) => db.exec(`update gaps set reason = 'restored'`))
    expect(await gone()).toEqual(['removed 1', 'removed 2', 'removed 3'])
  },
)

test('entries erased on request are not a finding', async () => {
  await using folder = await temporaryFolder()
  const { file, heads } = await aLog(folder.path)
  change(file, (db) =>
    db.exec(`${remove('seq = 5')}${recount} insert into gaps values (1, 5, 5, 'erased');
      insert into erasures (org, scope, session, to_seq, removed, requested_at, requested_by)
        values (1, 'session', 's', 12, 1, 0, 'ada')`),
  )
  expect((await findingsOf(file, heads)).filter(({ type }) => type !== 'counts')).toEqual([])
})

test('an erasure only explains gaps in entries stored before it in its own organization', async () => {
  await using folder = await temporaryFolder()
  const { file } = await aLog(folder.path)
  change(file, (db) =>
    db.exec(`${remove('seq between 5 and 7')}${recount} insert into gaps values (1, 5, 7, 'erased')`),
  )
  const unexplained = async (org: number, to: number) => {
    change(file, (db) => {
      db.pragma('foreign_keys = OFF')
      db.exec(`delete from erasures;
        insert into erasures (org, scope, session, to_seq, removed, requested_at, requested_by)
          values (${org}, 'session', 's', ${to}, 3, 0, 'ada')`)
    })
    return (await findingsOf(file)).some(({ says }) => says.includes('nobody asked'))
  }
  for (const to of times(13, (n) => n)) expect(await unexplained(1, to)).toBe(to < 7)
  for (const org of [2, 99]) expect(await unexplained(org, 12)).toBe(true)
})

test('an end cut off together with its chain is found if a consumer has read past it', async () => {
  await using folder = await temporaryFolder()
  const { file } = await aLog(folder.path)
  const readUpTo = (seq: number) =>
    change(file, (db) => db.exec(`insert or replace into cursors (org, consumer, seq) values (1, 'mailer', ${seq})`))
  readUpTo(12)
  const cursorFindings = async () =>
    (await findingsOf(file)).filter(({ says }) => says.startsWith('mailer has read up to'))
  expect(await cursorFindings()).toEqual([])
  change(file, (db) =>
    db.exec(`${remove('seq > 9')} delete from chain where to_seq > 9; update org_heads set head_seq = 9; ${recount}`),
  )
  expect(summary(await cursorFindings())).toEqual(['removed 10'])
  readUpTo(9)
  expect(await cursorFindings()).toEqual([])
})

test('inserted entries are found: after the end, in a gap, and in an org that does not exist', async () => {
  await using folder = await temporaryFolder()
  const { file } = await aLog(folder.path)
  const copy = (pos: number, org: number, seq: number) => `
    insert into entries select ${pos}, ${org}, ${seq}, 'u' || ${pos}, at, received_at, timestamp_text, sender, receiver,
      kind, kind_assumed, session, context, risk, band, reported_risk, source_id, content_hash, leaf_salt, reported_by,
      surface, remote_address, flags, product, category, service, masked, null, verdict, would, undecided
      from entries where seq = 12;
    insert into payloads select ${pos}, type, size, snippet, snippet_marks, attributes, bytes from payloads where pos = 12;`
  change(file, (db) => db.exec(copy(20, 1, 13) + copy(21, 9, 1)))
  const findings = await findingsOf(file)
  expect(summary(findings.filter(({ type }) => type === 'added'))).toEqual(['added null', 'added 13'])
})

test('the chain reveals an end that was cut off; if the chain was cut too, only a published head does', async () => {
  await using folder = await temporaryFolder()
  const { file, heads } = await aLog(folder.path)
  change(file, (db) => db.exec(remove('seq > 9')))
  expect(summary(await findingsOf(file))).toEqual(expect.arrayContaining(['removed 10', 'removed 11', 'removed 12']))

  change(file, (db) =>
    db.exec(`delete from chain where to_seq > 9; update org_heads set head_seq = 9; ${recount}
      delete from rollups; delete from rollup_hours; delete from rollup_days;`),
  )
  const chainOf = (findings: readonly Finding[]) => summary(findings.filter(({ type }) => type !== 'counts'))
  expect(chainOf(await findingsOf(file))).toEqual([])
  expect(chainOf(await findingsOf(file, heads))).toEqual(['removed 10'])
})

test('only a published head reveals a chain that was recomputed over an edited entry', async () => {
  await using folder = await temporaryFolder()
  const { file, heads } = await aLog(folder.path)
  change(file, (db) => {
    db.exec(`update payloads set bytes = cast('nothing' as blob), size = 7 where pos = 5; ${recount}`)
    rewriteChain(db)
  })
  expect(await findingsOf(file)).toEqual([])
  const found = await findingsOf(file, heads)
  expect(summary(found)).toEqual(['published 6', 'published 9', 'published 12'])
  expect(found[0]?.says).toContain('after the one at 3')
})

test.each([
  ['its root', `update chain set root = randomblob(32) where to_seq = 6`, 'chain 4'],
  ['its head', `update chain set head = randomblob(32) where to_seq = 6`, 'chain 4'],
  ['a leaf', `update chain set leaves = randomblob(96) where to_seq = 6`, 'chain 4'],
  ['a removed link', `delete from chain where to_seq = 6`, 'chain 4'],
  ['a removed first link', `delete from chain where to_seq = 3`, 'chain 1'],
  ['a removed chain', `delete from chain`, 'added 1'],
  ['removed leaves', `update chain set leaves = null where to_seq = 6`, 'added 4'],
])('a changed chain link is found: %s', async (_what, statement, expected) => {
  await using folder = await temporaryFolder()
  const { file } = await aLog(folder.path)
  change(file, (db) => db.exec(statement))
  expect(summary(await findingsOf(file))).toContain(expected)
})

test('a full-text index that disagrees with the log or cannot be read is reported', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'log.db')
  const db = await openSqlite({ file, workers: WORKERS })
  const org = await createOrg(db, 'Acme')
  await db.logs.append(
    org,
    times(LIMITS.textIndexLeast + 1, () => anEntry()),
  )
  while ((await db.textIndex.advance(org)).more);
  await db.close()
  expect(await findingsOf(file)).toEqual([])
  change(indexFileOf(file), (index) => index.exec('update segments set entries = entries + 1'))
  expect(summary(await findingsOf(file))).toEqual(['text_index null'])
  change(indexFileOf(file), (index) => index.exec('drop table segments'))
  expect((await findingsOf(file))[0]?.says).toContain('made anew')
})

test.each([
  ['is still empty', (index: Sqlite.Database) => index.exec('drop table if exists t')],
  ['has no tables yet', (index: Sqlite.Database) => index.pragma('journal_mode = WAL')],
])('a full-text index under construction that %s is not a finding', async (_what, begin) => {
  await using folder = await temporaryFolder()
  const { file } = await aLog(folder.path)
  for (const end of ['', '-wal', '-shm']) rmSync(indexFileOf(file) + end, { force: true })
  const index = new Sqlite(indexFileOf(file))
  try {
    begin(index)
    expect(await findingsOf(file)).toEqual([])
  } finally {
    index.close()
  }
})

test('a missing salt is reported as missing', async () => {
  await using folder = await temporaryFolder()
  const { file } = await aLog(folder.path)
  change(file, (db) => db.exec(`update entries set leaf_salt = x'' where seq = 8`))
  expect(summary(await findingsOf(file))).toEqual(['salt_missing 8'])
})

test('entries stored before the chain existed are counted and are not a finding', async () => {
  await using folder = await temporaryFolder()
  const { file } = await aLog(folder.path)
  change(file, (db) => {
    db.exec('delete from chain where to_seq <= 6; update org_heads set chained_from = 7')
    rewriteChain(db)
  })
  const inspection = await inspectSqlite({ file })
  expect(inspection).toMatchObject({ findings: [], orgs: [{ uncovered: 6, head: { seq: 12 } }] })
})

/** Recomputes the chain as an attacker who knows its format would. */
function rewriteChain(db: Sqlite.Database): void {
  const leaf = leafHasher()
  const { uid } = db.prepare<[], { uid: string }>('select uid from orgs').get() ?? { uid: '' }
  const columns = [...LEAF_COLUMNS.entries, ...LEAF_COLUMNS.payloads]
  const hex = (value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value) as string
  let head = genesis(uid)
  for (const { from_seq: from, to_seq: to } of db
    .prepare<[], { from_seq: number; to_seq: number }>('select from_seq, to_seq from chain order by to_seq')
    .all()) {
    const leaves = Buffer.from(
      db
        .prepare<[number, number], Record<string, never>>(
          'select * from entries join payloads using (pos) where seq between ? and ? order by seq',
        )
        .all(from, to)
        .map((row) => {
          const matches = db
            .prepare<[number], Record<string, never>>('select * from matches where seq = ? order by ordinal')
            .all(row['seq'] ?? 0)
          return leaf(
            row['leaf_salt'] ?? Buffer.alloc(0),
            describe(
              columns.map((column) => hex(row[column])),
              LEAF_COLUMNS.verdicts.map((column) => hex(row[column])),
              LEAF_COLUMNS.undecided.map((column) => hex(row[column])),
              matches.map((match) => LEAF_COLUMNS.matches.map((column) => match[column] ?? null)),
            ),
            row['bytes'] ?? Buffer.alloc(0),
          )
        })
        .join(''),
      'latin1',
    )
    const root = merkleRoot(leaves)
    head = headAfter(head, from, to, root)
    db.prepare('update chain set leaves = ?, root = ?, head = ? where to_seq = ?').run(leaves, root, head, to)
  }
}
