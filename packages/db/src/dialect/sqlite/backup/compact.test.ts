import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { Seq } from '@sentinelmesh/api'
import { BEFORE_ALL } from '@sentinelmesh/api/constants'
import { anEntry, times } from '../../../testing/entries.ts'
import { createOrg, temporaryFolder, WORKERS } from '../../../testing/temporary-store.ts'
import { compactSqlite } from './compact.ts'
import { inspectSqlite } from '../integrity/inspect.ts'
import { openSqlite } from '../open-sqlite.ts'

/** A mostly free file that cannot release space, as earlier versions created it. */
async function aLooseFile(file: string) {
  const db = await openSqlite({ file, workers: WORKERS })
  const org = await createOrg(db)
  for (let n = 0; n < 10; n++)
    await db.logs.append(
      org,
      times(50, () => anEntry({ payload: { type: 'text', text: 'x'.repeat(10_000) } })),
    )
  await db.close()
  const old = new Sqlite(file)
  old.pragma('journal_mode = DELETE')
  old.pragma('auto_vacuum = NONE')
  old.exec('vacuum')
  old.pragma('journal_mode = WAL')
  old.close()
  const again = await openSqlite({ file, workers: WORKERS })
  expect(await again.removal.purge(org, Number.MAX_SAFE_INTEGER, 450)).toBe(450)
  await again.space.giveBack()
  await again.close()
  return org
}

test('compaction keeps all entries, shrinks the file, keeps it private, and lets it release space later', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'log.db')
  const org = await aLooseFile(file)
  const size = statSync(file).size
  writeFileSync(`${file}.compacting`, 'of one that was killed')
  const progress: string[] = []
  const { before, after } = compactSqlite({ database: file, onProgress: (what) => progress.push(what) })
  expect(progress).toEqual(['writing anew', 'checking'])
  expect(before).toBe(size)
  expect(after).toBe(statSync(file).size)
  expect(after).toBeLessThan(before / 3)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readdirSync(folder.path).filter((name) => name.startsWith('log.db'))).toEqual(['log.db'])
  expect(await inspectSqlite({ file })).toMatchObject({ findings: [] })

  const db = await openSqlite({ file, workers: WORKERS })
  try {
    const { items } = await db.logs.read(org, BEFORE_ALL, { entries: 100, bytes: 10_000_000 })
    expect(items.length).toBe(51)
    expect(await db.logs.append(org, [anEntry()])).toMatchObject([{ status: 'stored', seq: 501 as Seq }])
    await db.removal.erase(org, [{ from: 1, to: 501 }])
    await db.space.giveBack()
  } finally {
    await db.close()
  }
  expect(statSync(file).size).toBeLessThan(after)
})

test('compaction is refused while another program reads the database, and leaves it unchanged', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'log.db')
  const org = await aLooseFile(file)
  const db = await openSqlite({ file, workers: WORKERS })
  await db.logs.append(org, [anEntry()])
  const reader = new Sqlite(file, { readonly: true })
  reader.exec('begin')
  reader.prepare('select count(*) from entries').get()
  await db.close()
  try {
    expect(() => compactSqlite({ database: file })).toThrow('Another program has')
    expect(await inspectSqlite({ file })).toMatchObject({ findings: [], orgs: [{ entries: 51 }] })
    expect(existsSync(`${file}.compacting`)).toBe(false)
  } finally {
    reader.close()
  }
})
