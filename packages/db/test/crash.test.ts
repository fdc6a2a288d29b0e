import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import type { OrgId } from '@sentinelmesh/api'
import { BEFORE_ALL } from '@sentinelmesh/api/constants'
import type { Database } from '../src/database.ts'
import { openSqlite } from '../src/dialect/sqlite/open-sqlite.ts'
import { acknowledgingChild } from '../src/testing/child-program.ts'
import { times } from '../src/testing/entries.ts'
import { temporaryFolder, WORKERS } from '../src/testing/temporary-store.ts'

const IN_FLIGHT = 48
const ACKNOWLEDGED = 5_000

/** Reads every entry of an org as a follower does. */
async function everything(db: Database, org: OrgId) {
  const ids: string[] = []
  const seqs: number[] = []
  let cursor = BEFORE_ALL
  for (let more = true; more;) {
    const slice = await db.logs.read(org, cursor, { entries: 1_000, bytes: 10_000_000 })
    for (const item of slice.items) {
      seqs.push(item.type === 'entry' ? item.seq : -1)
      if (item.type === 'entry') ids.push(item.entry.id)
    }
    ;({ cursor, more } = slice)
  }
  return { ids, seqs }
}

// If the writer sent its reply before COMMIT, acknowledged entries would be missing here.
test('entries acknowledged before a SIGKILL under load are stored once, without gaps, and counted', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'log.db')
  const [command, ...args] = await acknowledgingChild(folder.path, { file, workers: WORKERS, callers: IN_FLIGHT })
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const acknowledged: { org: number; seq: number; id: string }[] = []
  const exited = once(child, 'exit')
  // The kill can truncate the last line. A complete line ends in an id of 36 characters.
  for await (const line of createInterface({ input: child.stdout })) {
    const [, org, seq, id = ''] = line.split(' ')
    if (id.length === 36) acknowledged.push({ org: Number(org), seq: Number(seq), id })
    if (acknowledged.length === ACKNOWLEDGED) child.kill('SIGKILL')
  }
  expect((await exited)[1]).toBe('SIGKILL')
  expect(acknowledged.length).toBeGreaterThanOrEqual(ACKNOWLEDGED)

  const db = await openSqlite({ file, workers: WORKERS })
  for (const { id: org } of await db.read.selectFrom('orgs').select('id').execute()) {
    const { ids, seqs } = await everything(db, org as OrgId)
    expect(seqs).toEqual(times(seqs.length, (n) => n + 1))
    expect(new Set(ids).size).toBe(ids.length)
    const misplaced = acknowledged.filter((ack) => ack.org === org && ids[ack.seq - 1] !== ack.id)
    expect(misplaced).toEqual([])
    expect(await db.rollups.verify(org as OrgId)).toEqual([])
  }
  await db.close()
}, 120_000)
