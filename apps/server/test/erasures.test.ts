import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { LogId, OrgId, Seq } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import { erasureList, erasureStore, type Database } from '@sentinelmesh/db'
import { startErase } from '../src/consumers/erasure/erase.ts'
import { json, type Client } from './client.ts'
import { startMesh, type Mesh } from './start-mesh.ts'
import { until } from './until.ts'

const CANARY = 'CANARY7Q'
const SESSION = `session-${CANARY}`

function entriesOf(session: string | undefined, count: number, word = 'plain') {
  return Array.from({ length: count }, (_, n) => ({
    sender: `agent.${word}`,
    receiver: `tool.${word}`,
    context: word,
    payload: n % 25 === 0 ? `${word} `.repeat(2_000) : `${word} number ${n}`,
    attributes: { word },
    id: `${word}-${session ?? 'none'}-${n}`,
    ...(session === undefined ? {} : { session }),
  }))
}

async function report(client: Client, entries: readonly object[]): Promise<void> {
  const reply = await json<{ accepted: number }>(client.post('/api/v1/logs', entries))
  expect(reply.accepted).toBe(entries.length)
}

function finished(client: Client, id: number) {
  return until(
    async () => (await client.trpc.erasures.get.query({ id })).state === 'finished',
    'the erasure is finished',
  )
}

async function orgOf({ running }: Mesh): Promise<{ database: Database; org: OrgId }> {
  const { database, orgBySlug } = running.deps
  return { database, org: (await orgBySlug('acme'))?.id as OrgId }
}

/** The files of the data folder that contain a text. */
function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder).filter((name) => {
    const file = join(folder, name)
    return statSync(file).isFile() && readFileSync(file).includes(text)
  })
}

test('an erased session leaves no trace in any file, count or search, and other sessions stay', async () => {
  await using mesh = await startMesh()
  const { first, folder } = mesh
  await report(first.agent, entriesOf('other', 200))
  for (let n = 0; n < 4; n++) {
    await report(first.agent, entriesOf(SESSION, 100, n === 0 ? CANARY : `${CANARY}-${n}`))
    await report(first.agent, entriesOf(undefined, 100, `other${n}`))
  }
  await until(() => filesWith(folder, CANARY).length > 0, 'a file contains it')
  const { trpc } = first.manager
  const { id, scope, session, to_seq: to } = await trpc.erasures.create.mutate({ session: SESSION })
  expect({ scope, session, to }).toEqual({ scope: 'session', session: SESSION, to: 1_000 })
  await finished(first.manager, id)

  expect(await trpc.erasures.list.query()).toMatchObject([
    { id, session: null, removed: 400, left: 0, state: 'finished' },
  ])
  expect((await json<{ total: number }>(first.reader.get(`/api/v1/logs?q=${CANARY}`))).total).toBe(0)
  expect((await json<{ total: number }>(first.reader.get('/api/v1/logs'))).total).toBe(600)
  const { database, org } = await orgOf(mesh)
  expect(await database.rollups.verify(org)).toEqual([])
  expect(await database.textIndex.verify(org)).toEqual([])
  expect(filesWith(folder, CANARY)).toEqual([])

  // Nor after a checkpoint of the write-ahead log and a restart.
  await mesh.restart()
  expect(filesWith(folder, CANARY)).toEqual([])
})

test('the audit records who erased how many entries at which positions, and the session only as an HMAC', async () => {
  await using mesh = await startMesh()
  await report(mesh.first.agent, [...entriesOf('kept', 2), ...entriesOf(SESSION, 3), ...entriesOf('kept2', 1)])
  const { id } = await mesh.first.manager.trpc.erasures.create.mutate({ session: SESSION })
  await finished(mesh.first.manager, id)
  const { database, org } = await orgOf(mesh)
  const audit = await database.read
    .selectFrom('audit')
    .select(['action', 'principal', 'target', 'details'])
    .where('org', '=', org)
    .where('action', 'like', 'erasures.%')
    .orderBy('id')
    .execute()
  expect(audit.map(({ action }) => action)).toEqual(['erasures.create', 'erasures.finish'])
  for (const { principal, target } of audit) {
    expect(principal).toMatch(/^key:/)
    expect(target).toMatch(/^session:[0-9a-f]{64}$/)
  }
  expect(JSON.parse(audit[1]?.details ?? '')).toEqual({ erasure: id, removed: 3, ranges: [[3, 5]], ranges_total: 1 })
})

test('the HMAC of a session uses a key per organization, so that no other one can guess the name', async () => {
  await using mesh = await startMesh()
  const { database } = mesh.running.deps
  for (const { agent, manager } of [mesh.first, mesh.second]) {
    await report(agent, entriesOf(SESSION, 1))
    await manager.trpc.erasures.create.mutate({ session: SESSION })
  }
  const targets = await database.read
    .selectFrom('audit')
    .select('target')
    .where('action', '=', 'erasures.create')
    .execute()
  expect(targets).toHaveLength(2)
  expect(targets[0]?.target).not.toBe(targets[1]?.target)
})

test('a list next to the database records the erased ranges with their first and last IDs', async () => {
  await using mesh = await startMesh()
  await report(mesh.first.agent, entriesOf(SESSION, 3))
  const { items } = await json<{ items: { id: string; seq: number }[] }>(
    mesh.first.reader.get('/api/v1/logs?order=oldest'),
  )
  const { id } = await mesh.first.manager.trpc.erasures.create.mutate({ session: SESSION })
  await finished(mesh.first.manager, id)
  const file = join(mesh.folder, 'erasures.ndjson')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const lines = []
  for await (const line of erasureList(file).read()) lines.push(line)
  expect(lines).toMatchObject([{ erasure: id, ranges: [{ from: 1, to: 3, fromId: items[0]?.id, toId: items[2]?.id }] }])
})

test('only an owner can erase everything, and entries that arrive during the erasure stay', async () => {
  await using mesh = await startMesh()
  const { first } = mesh
  for (let n = 0; n < 5; n++) await report(first.agent, entriesOf(SESSION, 200, `word${n}`))
  const admin = await first.user('admin')
  await expect(admin.trpc.erasures.create.mutate({ all: true })).rejects.toThrow(
    'This takes the role owner; yours is admin.',
  )
  await expect(first.manager.trpc.erasures.create.mutate({ all: true })).rejects.toThrow(
    'This takes a user with the role owner, signed in.',
  )
  const owner = await first.browser()
  const { id, to_seq: to } = await owner.trpc.erasures.create.mutate({ all: true })
  for (let n = 0; n < 10; n++) await report(first.agent, entriesOf(SESSION, 20, `late${n}`))
  await finished(owner, id)
  expect(to).toBe(1_000)
  const { database, org } = await orgOf(mesh)
  expect(await database.logs.head(org)).toEqual({ seq: 1_200, entries: 200 })
  const { items } = await database.logs.read(org, 0 as Seq, { entries: 2, bytes: 1_000 })
  expect(items[0]).toEqual({ type: 'gap', from: 1, to: 1_000, reason: 'erased' })
  expect(await database.rollups.verify(org)).toEqual([])
})

test('of two concurrent requests for a session, the second finds nothing left and both finish', async () => {
  await using mesh = await startMesh()
  await report(mesh.first.agent, entriesOf(SESSION, 300))
  const { trpc } = mesh.first.manager
  const both = await Promise.all([1, 2].map(() => trpc.erasures.create.mutate({ session: SESSION })))
  for (const { id } of both) await finished(mesh.first.manager, id)
  const removed = (await trpc.erasures.list.query()).map(({ removed: count }) => count)
  expect(removed.toSorted()).toEqual([0, 300])
})

test('a follower that reads the log later gets one gap for the erased entries', async () => {
  await using mesh = await startMesh()
  await report(mesh.first.agent, [...entriesOf('kept', 1), ...entriesOf(SESSION, 5), ...entriesOf('kept2', 1)])
  const { id } = await mesh.first.manager.trpc.erasures.create.mutate({ session: SESSION })
  await finished(mesh.first.manager, id)
  using upgrade = mesh.first.reader.socket('/trpc')
  await upgrade.opened()
  using tail = mesh.first.reader.tail({ after: '0' })
  await until(() => tail.items.length >= 4, 'the tail has read the log')
  const seen = tail.items.filter(({ type }) => type === 'gap')
  expect(seen).toMatchObject([{ from: 's2', to: 's6', reason: 'erased' }])
})

test('no follower gets erased entries from memory, even while the full-text index still has them', async () => {
  await using mesh = await startMesh()
  const { reader, manager, agent } = mesh.first
  await report(agent, [...entriesOf('kept', 1), ...entriesOf(SESSION, 5)])
  const firstItem = async () => {
    using tail = reader.tail({ after: '0' })
    await until(() => tail.items.length >= 2, 'the tail has read the log')
    return tail.items[1]
  }
  expect(await firstItem()).toMatchObject({ type: 'entry' })
  const index = new Sqlite(join(mesh.folder, 'sentinelmesh-text.db'))
  try {
    index.exec('begin immediate')
    const { id } = await manager.trpc.erasures.create.mutate({ session: SESSION })
    await until(async () => (await firstItem())?.type === 'gap', 'the entry is no longer in memory')
    expect((await manager.trpc.erasures.get.query({ id })).state).toBe('running')
    index.exec('rollback')
    await finished(manager, id)
  } finally {
    index.close()
  }
})

test('a request must name either a session or all', async () => {
  await using mesh = await startMesh()
  for (const body of [{}, { session: '' }, { all: false }, { session: 's', all: true }, { session: 's'.repeat(257) }]) {
    const reply = await mesh.first.manager.post('/api/v1/erasures', body)
    expect(reply.status).toBe(422)
    expect(await reply.text()).toMatch(/session|all/)
  }
  expect(existsSync(join(mesh.folder, 'erasures.ndjson'))).toBe(false)
})

test('an erasure that reuses an ID after a restore does not include the ranges of the older one', async () => {
  await using mesh = await startMesh()
  const { manager } = mesh.first
  await report(mesh.first.agent, [...entriesOf('kept', 2), ...entriesOf(SESSION, 3)])
  const { database, org } = await orgOf(mesh)
  const { uid } = await database.read.selectFrom('orgs').select('uid').where('id', '=', org).executeTakeFirstOrThrow()
  const range = { from: 1 as Seq, to: 2 as Seq, fromId: 'a' as LogId, toId: 'b' as LogId }
  // The line stems from before the restore, when erasure 1 had other entries.
  const before = { org: uid, erasure: 1, at: (Date.now() - 60_000) * 1000, ranges: [range] }
  await erasureList(join(mesh.folder, 'erasures.ndjson')).append(before)
  const { id } = await manager.trpc.erasures.create.mutate({ session: SESSION })
  expect(id).toBe(1)
  await finished(manager, id)
  expect(await manager.trpc.erasures.list.query()).toMatchObject([{ id: 1, removed: 3 }])
  const { details } = await database.read
    .selectFrom('audit')
    .select('details')
    .where('action', '=', 'erasures.finish')
    .executeTakeFirstOrThrow()
  expect(JSON.parse(details ?? '')).toMatchObject({ removed: 3, ranges: [[3, 5]] })
})

test.each([
  ['when they are removed', false],
  ['at the next start, after a crash that followed the removal', true],
])('the full-text index drops erased entries %s', async (_when, isAfterCrash) => {
  await using mesh = await startMesh()
  await report(mesh.first.agent, entriesOf(SESSION, 5))
  const { database, org } = await orgOf(mesh)
  const { ingest, clock, jobs } = mesh.running.deps
  const list = erasureList(join(mesh.folder, 'erasures.ndjson'))
  const { uid } = await database.read.selectFrom('orgs').select('uid').where('id', '=', org).executeTakeFirstOrThrow()
  const { id } = await database.transaction((tx) =>
    erasureStore(tx).create(org, { session: SESSION, to: 5 as Seq, at: clock.now() * 1000, by: 'user:ada' }),
  )
  if (isAfterCrash) {
    const ranges = await database.removal.findErasable(org, { session: SESSION, to: 5 as Seq }, 100)
    await list.append({ org: uid, erasure: id, at: clock.now() * 1000, ranges })
    await database.removal.erase(org, ranges)
  }

  const forgotten: (readonly [OrgId, readonly (readonly [number, number])[]])[] = []
  const textIndex: Database['textIndex'] = {
    ...database.textIndex,
    forget(of, some) {
      forgotten.push([of, some.map(({ from, to }) => [from, to])])
      return database.textIndex.forget(of, some)
    },
  }
  const erasing = startErase({
    database: { ...database, textIndex },
    clock,
    jobs,
    list,
    hmacKey: ingest.hmacKey,
    onErased: () => {},
  })
  const isFinished = async () => (await erasureStore(database.read).get(org, id))?.finishedAt !== null
  await until(isFinished, 'the erasure is finished')
  await erasing.stop()
  expect(forgotten).toEqual([[org, [[1, 5]]]])
})

test('too many waiting erasures of an organization block further ones of that organization only', async () => {
  await using mesh = await startMesh()
  const { database, org } = await orgOf(mesh)
  await database.transaction(async (tx) => {
    for (let n = 0; n < LIMITS.erasuresWaiting; n++)
      await erasureStore(tx).create(org, { session: `s${n}`, to: 0 as Seq, at: Date.now() * 1000, by: 'user:ada' })
  })
  const asked = (client: Client) => client.trpc.erasures.create.mutate({ session: SESSION })
  await expect(asked(mesh.first.manager)).rejects.toThrow('erasuresWaiting')
  expect(await asked(mesh.second.manager)).toMatchObject({ state: 'running' })
})

/** Creates a request to erase the session. `work` processes it, with some dependencies replaced. */
async function requestedIn(mesh: Mesh) {
  await report(mesh.first.agent, entriesOf(SESSION, 5))
  const { database, org } = await orgOf(mesh)
  const { ingest, clock, jobs } = mesh.running.deps
  const request = (session: string, to: number) =>
    database.transaction((tx) =>
      erasureStore(tx).create(org, { session, to: to as Seq, at: clock.now() * 1000, by: 'user:ada' }),
    )
  const { id } = await request(SESSION, 5)
  const isFinished = async () => (await erasureStore(database.read).get(org, id))?.finishedAt !== null
  return {
    database,
    hmacKey: ingest.hmacKey,
    request,
    isFinished,
    async work(parts: Partial<Parameters<typeof startErase>[0]>) {
      const list = erasureList(join(mesh.folder, 'erasures.ndjson'))
      const erasing = startErase({
        database,
        clock,
        jobs,
        list,
        hmacKey: ingest.hmacKey,
        onErased: () => {},
        ...parts,
      })
      await until(isFinished, 'the erasure is finished')
      await erasing.stop()
    },
  }
}

test('a request is finished only after the unused parts of the file are wiped', async () => {
  await using mesh = await startMesh()
  const { database, isFinished, work } = await requestedIn(mesh)
  const finishedBefore: boolean[] = []
  const space: Database['space'] = {
    ...database.space,
    async wipe(signal) {
      await database.space.wipe(signal)
      finishedBefore.push(await isFinished())
    },
  }
  await work({ database: { ...database, space } })
  expect(finishedBefore).toEqual([false])
})

test('the name of an erased session is not left in the write-ahead log, despite concurrent writes', async () => {
  await using mesh = await startMesh()
  const { hmacKey, request, work } = await requestedIn(mesh)
  await work({
    // The key is read after the files are wiped and before the request is finished. Another request arrives here.
    async hmacKey(of) {
      await request('another', 1)
      return hmacKey(of)
    },
  })
  expect(filesWith(mesh.folder, CANARY)).toEqual([])
})
