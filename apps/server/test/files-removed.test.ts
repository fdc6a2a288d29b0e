import { copyFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { json } from './client.ts'
import { startMesh, type Mesh } from './start-mesh.ts'
import { until } from './until.ts'

const fileOf =
  ({ folder }: Mesh) =>
  (name: string) =>
    join(folder, name)

const post = ({ first }: Mesh, payload: string) => first.agent.post('/log', { sender: 'agent.x', payload })

async function ready({ nobody }: Mesh) {
  const reply = await nobody.get('/readyz')
  return { code: reply.status, ...(await json<{ reason?: string }>(reply)) }
}

test.each<readonly [string, (file: (name: string) => string) => void]>([
  ['the database is removed', (file) => rmSync(file('sentinelmesh.db'))],
  ['its write-ahead log is removed', (file) => rmSync(file('sentinelmesh.db-wal'))],
  ['the index of its write-ahead log is removed', (file) => rmSync(file('sentinelmesh.db-shm'))],
  ['all three are removed', (file) => ['', '-wal', '-shm'].forEach((end) => rmSync(file(`sentinelmesh.db${end}`)))],
  ['the database is moved away', (file) => renameSync(file('sentinelmesh.db'), file('elsewhere.db'))],
  [
    'another file takes its place',
    (file) => {
      copyFileSync(file('sentinelmesh.db'), file('copy.db'))
      renameSync(file('copy.db'), file('sentinelmesh.db'))
    },
  ],
])('when %s under a running server, no later write is acknowledged', async (_what, remove) => {
  await using mesh = await startMesh()
  expect((await post(mesh, 'before')).status).toBe(200)
  remove(fileOf(mesh))
  for (let n = 0; n < 3; n++) {
    const reply = await post(mesh, 'after')
    expect(reply.status).toBe(503)
    expect(await json(reply)).toMatchObject({ code: 'store_failed' })
  }
  // Changes by users are not acknowledged either.
  const { trpc } = mesh.first.manager
  await expect(trpc.apiKeys.create.mutate({ name: 'x', scopes: ['read'] })).rejects.toMatchObject({
    data: { httpStatus: 503 },
  })
  expect(await ready(mesh)).toMatchObject({ code: 503, reason: expect.stringContaining('removed or replaced') })
  expect(await trpc.settings.notices.query()).toMatchObject([{ id: 'store' }])
})

test('a change in progress when the files are removed is not acknowledged', async () => {
  await using mesh = await startMesh()
  const { database } = mesh.running.deps
  const change = database.transaction(async (tx) => {
    await tx.updateTable('orgs').set({ demo: 1 }).execute()
    rmSync(fileOf(mesh)('sentinelmesh.db'))
  })
  await expect(change).rejects.toMatchObject({ code: 'store_failed' })
})

test('readiness reports removed files without a write, and trusts restored ones only after a restart', async () => {
  await using mesh = await startMesh()
  const file = fileOf(mesh)
  expect((await post(mesh, 'before')).status).toBe(200)
  expect(await ready(mesh)).toMatchObject({ code: 200 })
  renameSync(file('sentinelmesh.db'), file('elsewhere.db'))
  await until(async () => (await ready(mesh)).code === 503, 'the server is not ready')
  expect(await ready(mesh)).toMatchObject({ reason: expect.stringContaining('Stop the server') })

  renameSync(file('elsewhere.db'), file('sentinelmesh.db'))
  expect((await post(mesh, 'after')).status).toBe(503)
  await mesh.restart()
  expect(await ready(mesh)).toMatchObject({ code: 200 })
  expect((await post(mesh, 'again')).status).toBe(200)
  const { items } = await json<{ items: { snippet: string }[] }>(mesh.first.reader.get('/api/v1/logs'))
  expect(items.map(({ snippet }) => snippet)).toEqual(['again', 'before'])
})
