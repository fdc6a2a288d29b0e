import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseStrict } from '@sentinelmesh/query'
import { openSqlite } from '../src/dialect/sqlite/open-sqlite.ts'
import { childProgram } from '../src/testing/child-program.ts'
import { createOrg, temporaryFolder, WORKERS } from '../src/testing/temporary-store.ts'

const KILLS = 8

test('after a SIGKILL, the index contains exactly the entries it claims to cover, and indexing continues', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'log.db')
  const program = await childProgram('indexing-child', folder.path)
  const workers = JSON.stringify(Object.fromEntries(Object.entries(WORKERS).map(([name, url]) => [name, url.href])))
  const options = { file, workers: WORKERS, textIndex: { least: 1, segmentEntries: 40, segmentDay: 20 } }
  const first = await openSqlite(options)
  const org = await createOrg(first)
  await first.close()

  let covered = 0
  for (let kill = 0; kill < KILLS; kill++) {
    const child = spawn(process.execPath, [program, file, workers, String(org)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const exited = once(child, 'exit')
    let slices = 0
    child.stdout.on('data', (data: Buffer) => {
      slices += data.toString().split('\n').length - 1
      // The child is in the middle of a later slice by now.
      if (slices > 3 + kill) child.kill('SIGKILL')
    })
    expect((await exited)[1]).toBe('SIGKILL')

    const db = await openSqlite(options)
    try {
      expect(await db.textIndex.verify(org)).toEqual([])
      const { indexed, behind } = await db.textIndex.progress(org)
      const head = await db.logs.head(org)
      expect(indexed + behind).toBe(head.entries)
      expect(indexed).toBeGreaterThan(covered)
      covered = indexed
      const found = await db.search.count(org, { query: parseStrict(`"number ${head.seq} of"`), now: 0 })
      expect(found).toEqual({ count: 1, estimated: false })
    } finally {
      await db.close()
    }
  }
}, 120_000)
