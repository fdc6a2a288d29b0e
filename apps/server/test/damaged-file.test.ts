import { strict as assert } from 'node:assert'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { client, json } from './client.ts'
import { inFolder, inherited, openProgram, type Program } from './program.ts'
import { until } from './until.ts'

const PAGE = 8192

let program: Program
/** A data folder with 400 entries, whose server has stopped. */
let whole: string
let key: string
beforeAll(async () => {
  program = openProgram()
  whole = program.folder()
  await program.createUser(whole)
  key = await program.createKey(whole, '--scope', 'ingest', 'read')
  await using server = await program.serve(whole)
  const agent = client({ url: server.url, headers: { 'x-api-key': key } })
  const entries = Array.from({ length: 400 }, (_, n) => ({
    sender: 'agent.x',
    payload: `${n} ${'filler '.repeat(100)}`,
  }))
  assert.equal((await agent.post('/api/v1/logs', entries)).status, 200)
  await server.end('SIGTERM')
})
afterAll(() => program[Symbol.asyncDispose]())

/** Copies the intact folder, then changes the copy. */
function folderWith(change: (database: string) => void): { readonly path: string; readonly database: string } {
  const path = program.folder()
  cpSync(whole, path, { recursive: true, filter: (source) => !source.endsWith('.sock') })
  const database = join(path, 'sentinelmesh.db')
  change(database)
  return { path, database }
}

/** Names and digests of the database's files. */
function fingerprint(path: string): readonly string[] {
  return readdirSync(path)
    .filter((name) => /^sentinelmesh\.db(-wal|-shm|-journal)?$/.test(name))
    .map((name) => {
      const file = join(path, name)
      const digest = statSync(file).isDirectory()
        ? 'folder'
        : createHash('sha256').update(readFileSync(file)).digest('hex')
      return `${name} ${digest}`
    })
}

const overwrite = (file: string, change: (bytes: Buffer) => void) => {
  const bytes = readFileSync(file)
  change(bytes)
  writeFileSync(file, bytes)
}

function replaceWithForeignDatabase(file: string): void {
  rmSync(file, { force: true })
  const db = new Sqlite(file)
  db.exec("create table notes (text); insert into notes values ('mine')")
  db.close()
}

/** Puts the WAL of another database, with all of its content, next to ours. */
function addForeignWal(database: string): void {
  const other = `${database}-other`
  const db = new Sqlite(other)
  db.pragma('page_size = 8192')
  db.pragma('journal_mode = WAL')
  db.pragma('wal_autocheckpoint = 0')
  db.exec("create table notes (text); insert into notes values ('not yours')")
  cpSync(`${other}-wal`, `${database}-wal`)
  db.close()
  rmSync(other)
}

const refused: readonly [what: string, change: (database: string) => void, says: RegExp][] = [
  [
    'a damaged header',
    (file) => overwrite(file, (bytes) => bytes.fill(0xff, 0, 16)),
    /is not an SQLite database, or its beginning is damaged/,
  ],
  [
    'a damaged schema',
    (file) => overwrite(file, (bytes) => bytes.fill(0xff, 100, PAGE)),
    /is damaged \(.+\)\. It was left as it is; restore a back-up/,
  ],
  ['a file truncated in the middle', (file) => truncateSync(file, 5 * PAGE), /is damaged/],
  ['a file truncated within its header', (file) => truncateSync(file, 50), /is not an SQLite database/],
  ['a text file', (file) => writeFileSync(file, 'Dear diary, '.repeat(50)), /is not an SQLite database/],
  ['a file of zeros', (file) => writeFileSync(file, Buffer.alloc(10 * PAGE)), /is not an SQLite database/],
  [
    "another program's database",
    replaceWithForeignDatabase,
    /is the database of another program\. It was left as it is/,
  ],
  [
    "the write-ahead log of another program's database",
    addForeignWal,
    /is the write-ahead log of another program's database/,
  ],
  [
    'a write-ahead log without its database',
    (file) => {
      addForeignWal(file)
      rmSync(file)
    },
    /is missing or empty, but its write-ahead log, .+, is there and may hold entries/,
  ],
  [
    'a newer schema',
    (file) => {
      const db = new Sqlite(file)
      db.pragma('user_version = 1000')
      db.close()
    },
    /was written by a newer version of this program \(schema 1000; this one knows \d+\)\. It was left as it is; start the newer version/,
  ],
  [
    'a folder',
    (file) => {
      rmSync(file)
      mkdirSync(file)
    },
    /is a folder/,
  ],
]

test.each(refused)(
  'the server refuses %s with a one-line message and exit code 1, and changes no byte',
  async (_what, change, says) => {
    const { path } = folderWith(change)
    const before = fingerprint(path)
    const { code, stdout, stderr } = await program.run(['serve'], {
      env: inFolder(path, { SENTINELMESH_PORT: '0' }),
    })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(says)
    expect(stderr).toMatch(/^sentinelmesh: [^\n]+\n$/)
    expect(fingerprint(path)).toEqual(before)
  },
)

test('the server treats an empty database file as a new one', async () => {
  const { path } = folderWith((file) => writeFileSync(file, ''))
  await using server = await program.serve(path)
  expect((await client({ url: server.url }).get('/readyz')).status).toBe(200)
})

test('partial files from a first start that was killed do not prevent the next start', async () => {
  const path = program.folder()
  mkdirSync(path)
  const partial = ['sentinelmesh.db-new', 'sentinelmesh.db-new-journal', 'signing-key-new', 'chain-key-new']
  for (const name of partial) writeFileSync(join(path, name), 'hal')
  await using server = await program.serve(path)
  expect((await client({ url: server.url }).get('/readyz')).status).toBe(200)
  expect(readdirSync(path).filter((name) => name.includes('-new'))).toEqual([])
})

test('the server refuses an unreadable file with a one-line message', ({ skip }) => {
  // Root can read every file unless it drops that capability.
  const isRoot = process.getuid?.() === 0
  const dropCapabilities = ['setpriv', '--bounding-set', '-dac_override,-dac_read_search']
  if (isRoot && spawnSync('setpriv', ['--version']).error !== undefined)
    skip('An unreadable file was not tested: without setpriv, root can read every file')
  const { path } = folderWith((file) => chmodSync(file, 0o000))
  const [command = '', ...args] = [...(isRoot ? dropCapabilities : []), ...program.command(), 'serve']
  const { status, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...inherited(), ...inFolder(path, { SENTINELMESH_PORT: '0' }) },
  })
  expect(status).toBe(1)
  expect(stderr).toMatch(/^sentinelmesh: [^\n]*EACCES[^\n]*\n$/)
})

test('a page damaged in the middle of the file makes the server not ready and stops all writes', async () => {
  // Damages all leaf pages of the tables and indexes that an append uses.
  const { path, database } = folderWith((file) => {
    const db = new Sqlite(file, { readonly: true })
    const pages = db
      .prepare(
        "select pageno from dbstat where name in ('entries', 'sqlite_autoindex_entries_1', 'org_heads') and pagetype = 'leaf'",
      )
      .raw(true)
      .all() as [number][]
    db.close()
    overwrite(file, (bytes) => pages.forEach(([page]) => bytes.fill(0xa5, (page - 1) * PAGE, page * PAGE)))
  })
  await using server = await program.serve(path)
  const agent = client({ url: server.url, headers: { 'x-api-key': key } })
  const post = () => agent.post('/log', { sender: 'agent.x', payload: 'new' })
  expect((await post()).status).toBe(503)
  const readyz = await agent.get('/readyz')
  expect(readyz.status).toBe(503)
  expect(await json(readyz)).toMatchObject({
    reason: expect.stringMatching(
      /^The database file is damaged \(SQLITE_CORRUPT.*sentinelmesh verify.*restore a back-up/,
    ),
  })
  const before = fingerprint(path)
  expect((await post()).status).toBe(503)
  expect(await json(await post())).toMatchObject({ code: 'store_failed' })
  expect(fingerprint(path)).toEqual(before)
  await until(async () => (await agent.get('/readyz')).status === 503, 'the server stays not ready')
  expect(statSync(database).size).toBeGreaterThan(0)
})
