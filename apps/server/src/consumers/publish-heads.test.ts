import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, openSqlite } from '@sentinelmesh/db'
import { until } from '../../test/until.ts'
import { workers } from '../../test/start-mesh.ts'
import { parseLine, readOrMakeChainKey } from '../chain-key.ts'
import { systemClock } from '../clock.ts'
import { jobs } from '../jobs/jobs.ts'
import { headsFile, type HeadsTarget, startPublishing } from './publish-heads.ts'

let folder: string
let database: Database
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sentinelmesh-heads-'))
  database = await openSqlite({ file: join(folder, 'log.db'), workers })
  await database.transaction(async (tx) => {
    await tx
      .insertInto('orgs')
      .values({ id: 1, uid: 'u', name: 'Acme', slug: 'acme', hmac_key: new Uint8Array(32), demo: 0, created_at: 0 })
      .execute()
    await link(tx, 3)
  })
})
afterEach(async () => {
  await database.close()
  rmSync(folder, { recursive: true })
})

/** Sets the head of the chain as the writer does. Only the head is published. */
const link = (tx: Parameters<Parameters<Database['transaction']>[0]>[0], to: number) =>
  tx
    .insertInto('chain')
    .values({ org: 1, from_seq: 1, to_seq: to, leaves: null, root: new Uint8Array(32), head: new Uint8Array(32) })
    .execute()

const seqsIn = (lines: string) => lines.split('\n').flatMap((line) => parseLine(line)?.seq ?? [])
const start = (targets: readonly HeadsTarget[], faults: unknown[] = []) =>
  startPublishing({
    database,
    clock: systemClock,
    chainKey: readOrMakeChainKey(folder),
    targets,
    everyMs: 20,
    retryMs: 1,
    onPublished: () => {},
    jobs: jobs(systemClock, (_job, fault) => void faults.push(fault)),
    onFault: () => {},
  })

test('lines that a target refuses are sent again until it accepts them, and then only changes are sent', async () => {
  const taken: string[] = []
  const faults: unknown[] = []
  let calls = 0
  const publishing = start(
    [
      {
        name: 'url',
        async deliver(lines) {
          calls += 1
          if (calls < 4) throw new Error('not yet')
          taken.push(lines)
        },
      },
    ],
    faults,
  )
  await until(() => taken.length === 1, 'it is taken')
  await database.transaction((tx) => link(tx, 5))
  await until(() => taken.length === 2, 'what changed is taken')
  await publishing.stop()
  expect(taken.map(seqsIn)).toEqual([[3], [5]])
  expect(faults).toHaveLength(3)
})

test('a target that never answers delays neither the other target nor the stop', async () => {
  const file = join(folder, 'heads', 'heads.ndjson')
  let begun = 0
  let aborted = 0
  const stuck: HeadsTarget = {
    name: 'url',
    deliver: (_lines, signal) =>
      new Promise((_resolve, reject) => {
        expect(signal.aborted).toBe(false)
        begun += 1
        signal.addEventListener('abort', () => {
          aborted += 1
          reject(new Error('given up'))
        })
      }),
  }
  const publishing = start([stuck, headsFile(file)])
  await until(() => begun === 1, 'the first delivery has begun')
  await until(() => {
    try {
      return readFileSync(file, 'utf8') !== ''
    } catch {
      return false
    }
  }, 'the file has the head')
  await publishing.stop()
  expect(aborted).toBe(2)
  expect(seqsIn(readFileSync(file, 'utf8'))).toEqual([3])
})

test('nothing is delivered twice if the server begins to stop before the first delivery', async () => {
  const delivered: string[] = []
  const target: HeadsTarget = {
    name: 'url',
    async deliver(lines, signal) {
      signal.throwIfAborted()
      delivered.push(lines)
    },
  }
  await start([target]).stop()
  expect(delivered.map(seqsIn)).toEqual([[3]])
})

test('a line that a crash cut off does not corrupt the next one', async () => {
  const file = join(folder, 'heads.ndjson')
  writeFileSync(file, '{"at":"2026-')
  const publishing = start([headsFile(file)])
  await publishing.stop()
  expect(seqsIn(readFileSync(file, 'utf8'))).toEqual([3])
})
