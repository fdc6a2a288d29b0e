import { copyFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { client, json } from './client.ts'
import { buildProgram, inFolder, type Program } from './program.ts'
import { until } from './until.ts'

let program: Program
beforeAll(async () => (program = await buildProgram()))
afterAll(() => program[Symbol.asyncDispose]())

async function aServer() {
  const folder = program.folder()
  await program.createUser(folder)
  const key = await program.createKey(folder, '--scope', 'ingest', 'read', 'manage')
  const server = await program.serve(folder)
  const api = client({ url: server.url, headers: { 'x-api-key': key } })
  return {
    server,
    file: (name: string) => join(folder, name),
    folder,
    api,
    post: (payload: string) => api.post('/log', { sender: 'agent.x', payload }),
    ready: async () => {
      const reply = await api.get('/readyz')
      return { status: reply.status, ...(await json<{ reason?: string }>(reply)) }
    },
  }
}

const REMOVALS: readonly (readonly [string, (file: (name: string) => string) => void])[] = [
  ['the database is removed', (file) => rmSync(file('sentinelmesh.db'))],
  ['its write-ahead log is removed', (file) => rmSync(file('sentinelmesh.db-wal'))],
  ['the index of its write-ahead log is removed', (file) => rmSync(file('sentinelmesh.db-shm'))],
  [
    'all of its files are removed',
    (file) => ['', '-wal', '-shm'].forEach((end) => rmSync(file(`sentinelmesh.db${end}`))),
  ],
  ['the database is moved away', (file) => renameSync(file('sentinelmesh.db'), file('elsewhere.db'))],
  [
    'another file takes its place',
    (file) => {
      copyFileSync(file('sentinelmesh.db'), file('copy.db'))
      renameSync(file('copy.db'), file('sentinelmesh.db'))
    },
  ],
]

describe.each(REMOVALS)('when %s under a running server', (_what, remove) => {
  test('nothing is acknowledged from then on, and it stays so until a person acts', async () => {
    const { server, file, post, ready, api } = await aServer()
    await using _ = server
    expect((await post('before')).status).toBe(200)
    remove(file)
    for (let n = 0; n < 3; n++) {
      const reply = await post('after')
      expect(reply.status).toBe(503)
      expect(await json(reply)).toMatchObject({ code: 'store_failed' })
    }
    // A change by a person is not acknowledged either.
    await expect(api.trpc.apiKeys.create.mutate({ name: 'x', scopes: ['read'] })).rejects.toMatchObject({
      data: { httpStatus: 503 },
    })
    expect(await ready()).toMatchObject({ status: 503, reason: expect.stringContaining('removed or replaced') })
  })

  test('readiness says so although nothing is written', async () => {
    const { server, file, ready } = await aServer()
    await using _ = server
    expect(await ready()).toMatchObject({ status: 200 })
    remove(file)
    await until(async () => (await ready()).status === 503, 'readiness ends')
    expect(await ready()).toMatchObject({ reason: expect.stringContaining('Stop the server') })
  })
})

test('files that are put back are not trusted before the next start, which finds what was acknowledged', async () => {
  const { server, file, folder, post, ready } = await aServer()
  expect((await post('before')).status).toBe(200)
  renameSync(file('sentinelmesh.db'), file('elsewhere.db'))
  await until(async () => (await ready()).status === 503, 'readiness ends')
  renameSync(file('elsewhere.db'), file('sentinelmesh.db'))
  expect((await post('after')).status).toBe(503)
  expect(await server.end('SIGTERM')).toBe(0)

  await using again = await program.serve(folder)
  expect((await client({ url: again.url }).get('/readyz')).status).toBe(200)
  expect(await program.run(['verify', '--json'], { env: inFolder(folder) })).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('"entries": 1'),
  })
})
