import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { OrgId } from '@sentinelmesh/api'
import { orgStore, type Database } from '@sentinelmesh/db'
import { runsOf } from '@sentinelmesh/test-inputs'
import { JOB_NAMES } from '../src/jobs/jobs.ts'
import { json, type Client } from './client.ts'
import { handClock, startMesh, type Mesh } from './start-mesh.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const ORGS = 70
const RUNS = runsOf('server', { usual: 2_000, full: 10_000 })

async function makeOrgs(database: Database, count: number): Promise<{ id: OrgId; slug: string }[]> {
  const orgs: { id: OrgId; slug: string }[] = []
  for (let n = 0; n < count; n++) {
    const org = await database.transaction((tx) =>
      orgStore(tx).create({ uid: randomUUID(), name: `Org ${n}`, hmacKey: randomBytes(32), at: 0 }),
    )
    if (org !== undefined) orgs.push(org)
  }
  return orgs
}

async function report({ system }: Mesh, slug: string, payload: string): Promise<void> {
  const client = system.with({ 'x-sentinelmesh-org': slug })
  const { accepted } = await json<{ accepted: number }>(client.post('/api/v1/logs', [{ sender: 'a', payload }]))
  expect(accepted).toBe(1)
}

const entriesOf = async (mesh: Mesh, orgs: readonly { id: OrgId }[]) =>
  Promise.all(orgs.map(async ({ id }) => (await mesh.running.deps.database.logs.head(id)).entries))

const ready = async (client: Client) => {
  const reply = await client.get('/readyz')
  return { code: reply.status, ...(await json<Record<string, unknown>>(reply)) }
}

test(
  'every background job still works after thousands of runs, a minute apart, with 70 organizations',
  { timeout: 300_000 },
  async () => {
    const clock = handClock()
    await using mesh = await startMesh({
      clock,
      bare: true,
      settings: { RETENTION_DAYS: '1', HEADS_FILE: join('/tmp', `sentinelmesh-heads-${randomUUID()}`) },
    })
    const { database, jobs } = mesh.running.deps
    const orgs = await makeOrgs(database, ORGS)
    for (const { slug } of orgs) await report(mesh, slug, 'old')

    const pass = async (runs: number) => {
      for (let run = 0; run < runs; run++) {
        clock.advance(MINUTE_MS)
        await jobs.runAll()
      }
    }
    const day = DAY_MS / MINUTE_MS
    await pass(RUNS - day - 2)
    for (const { slug } of orgs) await report(mesh, slug, 'new')
    await pass(day)
    expect(await entriesOf(mesh, orgs)).toEqual(orgs.map(() => 1))
    await pass(2)

    expect(jobs.failing()).toEqual([])
    expect(mesh.faults()).toEqual([])
    expect(await entriesOf(mesh, orgs)).toEqual(orgs.map(() => 0))
    expect(await ready(mesh.nobody)).toMatchObject({ code: 200, status: 'ready', failing_jobs: [] })
    const metrics = await (await mesh.nobody.get('/metrics')).text()
    for (const job of JOB_NAMES) expect(metrics).toContain(`sentinelmesh_job_failures{job="${job}"} 0`)
  },
)

test('an organization that cannot be purged blocks no other and is reported after three failures', async () => {
  const clock = handClock()
  await using mesh = await startMesh({ clock, settings: { RETENTION_DAYS: '1' } })
  const { database, jobs } = mesh.running.deps
  const orgs = (await orgStore(database.read).list()).map(({ id, slug }) => ({ id, slug }))
  for (const { slug } of orgs) await report(mesh, slug, 'old')
  const db = new Sqlite(join(mesh.folder, 'sentinelmesh.db'))
  db.exec(
    `create trigger stuck before delete on entries when old.org = ${orgs[0]?.id} begin select raise(abort, 'no'); end`,
  )
  const notices = () => mesh.first.manager.trpc.settings.notices.query()
  const pass = async (minutes: number) => {
    for (let n = 0; n < minutes; n++) {
      clock.advance(MINUTE_MS)
      await jobs.runAll()
    }
  }

  await pass(DAY_MS / MINUTE_MS)
  expect(jobs.failing()).toEqual([])
  await pass(2)
  expect(await entriesOf(mesh, orgs)).toEqual([1, 0])
  expect([await ready(mesh.nobody), await notices()]).toMatchObject([{ status: 'ready', failing_jobs: [] }, []])
  await pass(1)
  const since = new Date(clock.now() - 2 * MINUTE_MS).toISOString()
  expect(await ready(mesh.nobody)).toMatchObject({
    code: 200,
    status: 'degraded',
    store: 'writable',
    failing_jobs: [{ job: 'retention', failures: 3, since }],
  })
  expect(JSON.stringify(await ready(mesh.nobody))).not.toMatch(/abort|raise|stuck|sqlite/i)
  expect(await notices()).toMatchObject([
    {
      id: 'job:retention',
      title: 'Retention has failed 3 times in a row.',
      since,
      says: expect.stringContaining('1 of '),
    },
  ])
  const metrics = async () => (await mesh.nobody.get('/metrics')).text()
  expect(await metrics()).toContain('sentinelmesh_job_failures{job="retention"} 3')
  expect(mesh.faults().filter((line) => line.includes('"job":"retention"'))).toHaveLength(3)

  db.exec('drop trigger stuck')
  db.close()
  await pass(1)
  expect(await entriesOf(mesh, orgs)).toEqual([0, 0])
  expect([await ready(mesh.nobody), await notices()]).toMatchObject([{ status: 'ready', failing_jobs: [] }, []])
  const seconds = clock.now() / 1000
  expect(await metrics()).toContain(`sentinelmesh_job_last_success_timestamp_seconds{job="retention"} ${seconds}`)
})
