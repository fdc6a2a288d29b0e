import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { OrgId, Seq } from '@sentinelmesh/api'
import { BEFORE_ALL } from '@sentinelmesh/api/constants'
import { erasureList } from '../../../erasure-list.ts'
import { chainStore } from '../../../stores/chain-store.ts'
import { anEntry, NEW_YEAR, times } from '../../../testing/entries.ts'
import { createOrg, temporaryFolder, WORKERS } from '../../../testing/temporary-store.ts'
import { backUpSqlite } from './backup.ts'
import { inspectSqlite } from '../integrity/inspect.ts'
import { openSqlite } from '../open-sqlite.ts'
import { type RestoreOptions, restoreSqlite } from './restore.ts'

const CANARY = 'canary-7f3a'
const text = (words: string) => ({ payload: { type: 'text', text: words } as const })

async function files(folder: string) {
  return { database: join(folder, 'log.db'), to: join(folder, 'backup.db'), list: join(folder, 'erasures.ndjson') }
}

const restore = (folder: string, more: Partial<RestoreOptions> = {}) =>
  restoreSqlite({
    backup: join(folder, 'backup.db'),
    database: join(folder, 'log.db'),
    erasures: erasureList(join(folder, 'erasures.ndjson')),
    now: NEW_YEAR,
    force: false,
    ...more,
  })

const itemsOf = async (file: string, org: OrgId, after: number = BEFORE_ALL) => {
  const db = await openSqlite({ file, workers: WORKERS })
  try {
    return (await db.logs.read(org, after as Seq, { entries: 1_000, bytes: 1_000_000 })).items
  } finally {
    await db.close()
  }
}

test('a backup taken during ingestion is a verified point-in-time snapshot that only its owner can read', async () => {
  await using folder = await temporaryFolder()
  const { database, to } = await files(folder.path)
  const db = await openSqlite({ file: database, workers: WORKERS })
  const org = await createOrg(db)
  const large = () => times(50, () => anEntry(text('x'.repeat(20_000))))
  // More data than one copy step transfers.
  for (let n = 0; n < 50; n++) await db.logs.append(org, large())
  let writing = true
  let acknowledged = 2_500
  const writes = (async () => {
    while (writing) acknowledged += (await db.logs.append(org, large())).length
  })()
  const shares: number[] = []
  await backUpSqlite({ database, to, force: false, onProgress: (share) => shares.push(share) })
  writing = false
  await writes
  await db.close()

  expect(statSync(to).mode & 0o777).toBe(0o600)
  expect(readdirSync(folder.path).filter((name) => name.startsWith('backup'))).toEqual(['backup.db'])
  expect(await inspectSqlite({ file: to })).toMatchObject({ findings: [] })
  const copied = new Sqlite(to, { readonly: true })
  const entries = copied.prepare<[], number>('select count(*) from entries').pluck(true).get() ?? 0
  copied.close()
  expect(entries % 50).toBe(0)
  expect(entries).toBeGreaterThanOrEqual(2_500)
  expect(entries).toBeLessThanOrEqual(acknowledged)
  // Concurrent writes do not restart the copy.
  expect(shares.length).toBeGreaterThan(2)
  expect(shares).toEqual(shares.toSorted((a, b) => a - b))
})

test('a backup overwrites a file only with --force, and never the database itself', async () => {
  await using folder = await temporaryFolder()
  const { database, to } = await files(folder.path)
  const db = await openSqlite({ file: database, workers: WORKERS })
  await createOrg(db)
  writeFileSync(to, 'mine')
  await expect(backUpSqlite({ database, to, force: false })).rejects.toThrow('--force')
  expect(readFileSync(to, 'utf8')).toBe('mine')
  for (const own of [database, `${database}-wal`, join(folder.path, '.', 'log.db')])
    await expect(backUpSqlite({ database, to: own, force: true })).rejects.toThrow('the database itself')
  await expect(backUpSqlite({ database, to: join(folder.path, 'no', 'b.db'), force: false })).rejects.toThrow(
    'no folder',
  )
  await expect(backUpSqlite({ database, to: folder.path, force: true })).rejects.toThrow('is no file')
  await backUpSqlite({ database, to, force: true })
  expect(await inspectSqlite({ file: to })).toMatchObject({ findings: [] })
  await db.close()
})

test('the next backup removes the leftovers of a killed one', async () => {
  await using folder = await temporaryFolder()
  const { database, to } = await files(folder.path)
  const db = await openSqlite({ file: database, workers: WORKERS })
  await createOrg(db)
  // No process has this id: the maximum on Linux is 2^22.
  writeFileSync(`${to}.unfinished-99999999`, 'half')
  writeFileSync(`${to}.unfinished-${process.ppid}`, 'of one that runs')
  await backUpSqlite({ database, to, force: false })
  await db.close()
  expect(existsSync(`${to}.unfinished-99999999`)).toBe(false)
  expect(existsSync(`${to}.unfinished-${process.ppid}`)).toBe(true)
})

test('a restored database uses write-ahead logging, so readers do not block writers', async () => {
  await using folder = await temporaryFolder()
  const { database, to } = await files(folder.path)
  const db = await openSqlite({ file: database, workers: WORKERS })
  const org = await createOrg(db)
  await backUpSqlite({ database, to, force: false })
  await db.close()
  await restore(folder.path)
  const again = await openSqlite({ file: database, workers: WORKERS })
  const reader = new Sqlite(database, { readonly: true })
  try {
    reader.exec('begin')
    reader.prepare('select count(*) from entries').get()
    expect(await again.logs.append(org, [anEntry()])).toMatchObject([{ status: 'stored' }])
    expect(reader.pragma('journal_mode', { simple: true })).toBe('wal')
  } finally {
    reader.close()
    await again.close()
  }
})

test('a restored log continues after the last assigned position and reports the lost positions', async () => {
  await using folder = await temporaryFolder()
  const { database, to } = await files(folder.path)
  const db = await openSqlite({ file: database, workers: WORKERS })
  const org = await createOrg(db, 'Acme')
  await db.logs.append(org, [anEntry(), anEntry()])
  const [published] = await chainStore(db.read).heads()
  await backUpSqlite({ database, to, force: false })
  await db.logs.append(org, [anEntry(), anEntry(), anEntry()])
  const [late] = await chainStore(db.read).heads()
  await db.close()

  const restored = await restore(folder.path)
  expect(restored).toMatchObject({
    orgs: [{ slug: 'acme', entries: 2, lost: { from: 3, to: 5 } }],
    erasedAgain: 0,
    findings: [],
  })
  expect(existsSync(restored.kept ?? '')).toBe(true)
  const again = await openSqlite({ file: database, workers: WORKERS })
  expect(await again.logs.append(org, [anEntry(text('new'))])).toMatchObject([{ status: 'stored', seq: 6 }])
  await again.close()
  // A follower that had read all five misses nothing. One that had read two sees the gap.
  expect(await itemsOf(database, org, 5)).toMatchObject([{ type: 'entry', seq: 6 }])
  expect(await itemsOf(database, org, 2)).toMatchObject([
    { type: 'gap', from: 3, to: 5, reason: 'restored' },
    { type: 'entry', seq: 6 },
  ])
  if (published === undefined || late === undefined) throw new Error('no heads')
  expect(await inspectSqlite({ file: database, published: [published] })).toMatchObject({ findings: [] })
  expect(await inspectSqlite({ file: database, published: [late] })).toMatchObject({
    findings: [{ type: 'published', seq: 5 }],
  })
  expect(await inspectSqlite({ file: restored.kept ?? '', published: [late] })).toMatchObject({ findings: [] })
})

test('if the end of the old log is unknown, restore skips enough positions that none is assigned twice', async () => {
  await using folder = await temporaryFolder()
  const { database, to } = await files(folder.path)
  const db = await openSqlite({ file: database, workers: WORKERS })
  const org = await createOrg(db)
  await createOrg(db) // without entries
  await db.logs.append(org, [anEntry()])
  await backUpSqlite({ database, to, force: false })
  await db.close()
  writeFileSync(database, 'damaged beyond reading'.repeat(1_000))
  const restored = await restore(folder.path)
  expect(restored.orgs).toMatchObject([{ lost: { from: 2, to: 1_000_001 } }, { lost: { from: 1, to: 1_000_000 } }])
  expect(readFileSync(restored.kept ?? '', 'utf8')).toContain('damaged')
  expect(await inspectSqlite({ file: database })).toMatchObject({ findings: [] })
  expect(await itemsOf(database, org)).toMatchObject([{ type: 'entry' }, { type: 'gap', reason: 'restored' }])
})

test('entries erased since the backup are erased again, to the last byte; other orgs are not affected', async () => {
  await using folder = await temporaryFolder()
  const { database, to, list } = await files(folder.path)
  const db = await openSqlite({ file: database, workers: WORKERS })
  const [org, other] = [await createOrg(db), await createOrg(db)]
  const secret = times(3, () => anEntry({ ...text(CANARY), sender: `agent.${CANARY}` }))
  await db.logs.append(org, [anEntry(), ...secret, anEntry()])
  await db.logs.append(
    other,
    times(5, () => anEntry()),
  )
  const [{ uid }, { uid: otherUid }] = (await db.read.selectFrom('orgs').select('uid').orderBy('id').execute()) as [
    { uid: string },
    { uid: string },
  ]
  await backUpSqlite({ database, to, force: false })
  const [first, last] = [secret[0]?.id, secret[2]?.id] as never[]
  if (first === undefined || last === undefined) throw new Error('no entries')
  const range = { from: 2, to: 4, fromId: first, toId: last }
  for (const one of [uid, otherUid, 'gone'])
    await erasureList(list).append({ org: one, erasure: 1, at: NEW_YEAR, ranges: [range] })
  await db.close()

  expect(readFileSync(to).includes(CANARY)).toBe(true)
  expect(await restore(folder.path)).toMatchObject({ erasedAgain: 3 })
  for (const name of readdirSync(folder.path).filter((one) => /^log\.db(-wal|-shm)?$/.test(one)))
    expect(readFileSync(join(folder.path, name)).includes(CANARY)).toBe(false)
  expect((await itemsOf(database, org)).map(({ type }) => type)).toEqual(['entry', 'gap', 'entry'])
  expect(await itemsOf(database, other)).toHaveLength(5)
  expect(await inspectSqlite({ file: database })).toMatchObject({ findings: [] })
})

test.each([
  ['first', { fromId: 'another' }],
  ['last', { toId: 'another' }],
])('a listed range whose %s entry has a different id is not erased again', async (_which, wrong) => {
  await using folder = await temporaryFolder()
  const { database, to, list } = await files(folder.path)
  const db = await openSqlite({ file: database, workers: WORKERS })
  const org = await createOrg(db)
  const entries = times(5, () => anEntry())
  await db.logs.append(org, entries)
  const { uid } = await db.read.selectFrom('orgs').select('uid').executeTakeFirstOrThrow()
  await backUpSqlite({ database, to, force: false })
  const [fromId, toId] = [entries[1]?.id, entries[3]?.id] as never[]
  if (fromId === undefined || toId === undefined) throw new Error('no entries')
  const range = { from: 2, to: 4, fromId, toId, ...(wrong as object) }
  await erasureList(list).append({ org: uid, erasure: 1, at: NEW_YEAR, ranges: [range] })
  await db.close()

  expect(await restore(folder.path)).toMatchObject({ erasedAgain: 0 })
  expect((await itemsOf(database, org)).map(({ type }) => type)).toEqual(times(5, () => 'entry'))
})

test('restore rejects a modified, missing or foreign backup and leaves the current database unchanged', async () => {
  await using folder = await temporaryFolder()
  const { database, to } = await files(folder.path)
  const db = await openSqlite({ file: database, workers: WORKERS })
  const org = await createOrg(db)
  await db.logs.append(org, [anEntry(), anEntry()])
  await backUpSqlite({ database, to, force: false })
  await db.close()
  const before = readFileSync(database)
  const backup = new Sqlite(to)
  backup.exec(`update payloads set bytes = cast('HELLO' as blob) where pos = 2`)
  backup.close()
  await expect(restore(folder.path)).rejects.toMatchObject({
    name: 'BackupRefused',
    findings: [{ type: 'edited', seq: 2 }],
  })
  await expect(restore(folder.path, { backup: join(folder.path, 'none.db') })).rejects.toThrow('There is no file')
  writeFileSync(join(folder.path, 'notes.txt'), 'Dear diary'.repeat(100))
  await expect(restore(folder.path, { backup: join(folder.path, 'notes.txt') })).rejects.toThrow(
    'not an SQLite database',
  )
  expect(readFileSync(database).equals(before)).toBe(true)
  expect(readdirSync(folder.path).filter((name) => name.includes('restor'))).toEqual([])
  expect((await restore(folder.path, { force: true })).findings).toHaveLength(1)
})
