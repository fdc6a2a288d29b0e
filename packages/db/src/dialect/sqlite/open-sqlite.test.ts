import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { BEFORE_ALL } from '@sentinelmesh/api/constants'
import { anEntry, times } from '../../testing/entries.ts'
import { createOrg, temporaryFolder, WORKERS } from '../../testing/temporary-store.ts'
import { StoreFileError } from './connection/errors.ts'
import { MIGRATIONS } from './migrations/index.ts'
import { openSqlite } from './open-sqlite.ts'

const digest = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex')

/** A closed store with two hundred entries. */
async function aFile(folder: string): Promise<string> {
  const file = join(folder, 'log.db')
  const db = await openSqlite({ file, workers: WORKERS })
  const org = await createOrg(db)
  await db.logs.append(
    org,
    times(200, () => anEntry({ payload: { type: 'text', text: 'x'.repeat(500) } })),
  )
  await db.close()
  return file
}

/** Opens a file that must be refused. Returns the reason, and whether every byte stayed the same. */
async function refusal(file: string): Promise<{ readonly reason: string; readonly untouched: boolean }> {
  const before = digest(file)
  const error: unknown = await openSqlite({ file, workers: WORKERS }).catch((reason: unknown) => reason)
  if (!(error instanceof StoreFileError)) throw new Error('The file was opened instead of refused.', { cause: error })
  return { reason: error.reason, untouched: digest(file) === before }
}

test('a missing file is created, readable only by its owner', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'log.db')
  const db = await openSqlite({ file, workers: WORKERS })
  await createOrg(db)
  const modes = readdirSync(folder.path).map((name) => statSync(join(folder.path, name)).mode & 0o777)
  expect(modes).toEqual(modes.map(() => 0o600))
  await db.close()
})

test('an empty file gets the current schema and the settings that durability depends on', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'log.db')
  writeFileSync(file, '')
  await (await openSqlite({ file, workers: WORKERS })).close()
  const db = new Sqlite(file, { readonly: true })
  expect(db.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length)
  expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
  expect(db.pragma('page_size', { simple: true })).toBe(8192)
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  db.close()
})

test('the write connection syncs every commit', async () => {
  await using folder = await temporaryFolder()
  const db = await openSqlite({ file: join(folder.path, 'log.db'), workers: WORKERS })
  const pragma = async (name: string) => {
    const { rows } = await db.transaction((tx) => tx.executeQuery({ sql: `pragma ${name}`, parameters: [] } as never))
    return Object.values(rows[0] as object)[0] as unknown
  }
  expect(await pragma('synchronous')).toBe(2) // FULL
  expect(await pragma('foreign_keys')).toBe(1)
  expect(await pragma('secure_delete')).toBe(1)
  expect(await pragma('wal_autocheckpoint')).toBe(4000)
  await db.close()
})

test('stored entries survive a reopen, and numbering continues after them', async () => {
  await using folder = await temporaryFolder()
  const file = await aFile(folder.path)
  const db = await openSqlite({ file, workers: WORKERS })
  const org = (await db.read.selectFrom('orgs').select('id').executeTakeFirstOrThrow()).id as never
  expect((await db.logs.read(org, BEFORE_ALL, { entries: 1_000, bytes: 1_000_000 })).items).toHaveLength(200)
  expect(await db.logs.append(org, [anEntry()])).toMatchObject([{ seq: 201 }])
  await db.close()
})

test('a file of a newer version is refused and left unchanged', async () => {
  await using folder = await temporaryFolder()
  const file = await aFile(folder.path)
  const db = new Sqlite(file)
  db.pragma(`user_version = ${MIGRATIONS.length + 1}`)
  db.close()
  expect(await refusal(file)).toEqual({ reason: 'schema_too_new', untouched: true })
})

test('a file whose newer version is still in its WAL is refused and left unchanged', async () => {
  await using folder = await temporaryFolder()
  const file = await aFile(folder.path)
  const db = new Sqlite(file)
  db.pragma('wal_autocheckpoint = 0')
  db.pragma(`user_version = ${MIGRATIONS.length + 1}`)
  expect(await refusal(file)).toEqual({ reason: 'schema_too_new', untouched: true })
  db.close()
})

test('the database of another program is refused and left unchanged', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'other.db')
  const db = new Sqlite(file)
  db.exec('create table notes (text)')
  db.close()
  expect(await refusal(file)).toEqual({ reason: 'foreign', untouched: true })
  expect(readdirSync(folder.path)).toEqual(['other.db'])
})

test('a file that is not a database is refused and left unchanged', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'notes.txt')
  writeFileSync(file, 'Dear diary')
  expect(await refusal(file)).toEqual({ reason: 'corrupted', untouched: true })
})

test('a damaged file is refused and left unchanged', async () => {
  await using folder = await temporaryFolder()
  const file = await aFile(folder.path)
  const whole = readFileSync(file)

  const schemaLost = Buffer.from(whole)
  schemaLost.fill(0xff, 100, 8192)
  writeFileSync(file, schemaLost)
  expect(await refusal(file)).toEqual({ reason: 'corrupted', untouched: true })

  writeFileSync(file, whole)
  truncateSync(file, 3 * 8192)
  expect(await refusal(file)).toEqual({ reason: 'corrupted', untouched: true })
})

test('a missing folder is reported as an unusable store file', async () => {
  await using folder = await temporaryFolder()
  await expect(openSqlite({ file: join(folder.path, 'no', 'log.db'), workers: WORKERS })).rejects.toMatchObject({
    name: 'StoreFileError',
    reason: 'unusable',
  })
})
