import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { client, json } from './client.ts'
import { openProgram, inFolder, type Program } from './program.ts'
import { until } from './until.ts'

let program: Program
beforeAll(() => void (program = openProgram()))
afterAll(() => program[Symbol.asyncDispose]())

const linesOf = (session: string, count: number) =>
  Array.from({ length: count }, (_, n) =>
    JSON.stringify({ sender: `agent.${session}`, session, payload: `${session} ${n}` }),
  ).join('\n')

test('retention prints and changes the policy, and refuses to delete roll-ups before their entries', async () => {
  const folder = program.folder()
  await program.createUser(folder)
  const run = (...args: string[]) => program.run(['retention', ...args], { env: inFolder(folder) })
  expect((await run('get')).stdout).toMatch(/^Entries {3}90 days \(of this installation\)\nSize {6}no bound\n/)
  expect(await run('set', '--days', '30', '--max-bytes', '1.5GiB')).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse((await run('get', '--json')).stdout)).toMatchObject({
    days: 30,
    max_bytes: 1.5 * 2 ** 30,
    rollups_days: null,
    in_force: { days: 30, rollups_days: 30 },
  })
  expect(await run('set', '--rollups-days', '7')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('less than the 30 days'),
  })
  expect(await run('set', '--days', 'soon')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--days takes a number'),
  })
  await program.run(['import', '-'], { env: inFolder(folder), stdin: linesOf('s', 300) })
  expect(await run('set', '--max-bytes', '1B')).toMatchObject({ code: 1 })
  expect(await run('set', '--max-bytes', 'none', '--days', 'default')).toMatchObject({ code: 0 })
}, 240_000)

test('erase deletes a session without a server once confirmed with --yes; a second run finds nothing', async () => {
  const folder = program.folder()
  await program.createUser(folder)
  await program.run(['import', '-'], { env: inFolder(folder), stdin: `${linesOf('gone', 30)}\n${linesOf('kept', 5)}` })
  const run = (...args: string[]) => program.run(['erase', ...args], { env: inFolder(folder) })
  expect(await run('--session', 'gone')).toMatchObject({ code: 2, stderr: expect.stringContaining('say --yes') })
  expect(await run('--session', 'gone', '--yes')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Erased 30 entries.'),
  })
  expect(await run('--session', 'gone', '--yes')).toMatchObject({ code: 0, stdout: 'There was nothing to erase.\n' })
  expect(JSON.parse((await run('--all', '--yes', '--json')).stdout)).toMatchObject({
    scope: 'all',
    removed: 5,
    state: 'finished',
  })
}, 240_000)

test('an erasure that SIGKILL interrupts repeatedly resumes at each start until it is finished', async () => {
  const folder = program.folder()
  await program.createUser(folder)
  const key = await program.createKey(folder, '--scope', 'ingest', 'read', 'manage')
  let id = 0
  {
    await using server = await program.serve(folder)
    const caller = client({ url: server.url, headers: { 'x-api-key': key } })
    for (let batch = 0; batch < 6; batch++)
      await caller.post(
        '/api/v1/logs',
        Array.from({ length: 1_000 }, (_, n) => ({
          sender: `agent.${n % 7}`,
          session: n % 3 === 0 ? 'kept' : 'CANARY-session',
          payload: n % 3 === 0 ? 'stays' : `CANARY ${batch} ${n} ${'x'.repeat(n % 40 === 0 ? 20_000 : 100)}`,
        })),
      )
    id = (await caller.trpc.erasures.create.mutate({ session: 'CANARY-session' })).id
    await until(async () => (await caller.trpc.erasures.get.query({ id })).removed > 0, 'some entries are removed')
    await server.end('SIGKILL')
  }
  for (const after of [0, 60, 250]) {
    await using server = await program.serve(folder)
    await pause(after)
    await server.end('SIGKILL')
  }
  await using server = await program.serve(folder)
  const caller = client({ url: server.url, headers: { 'x-api-key': key } })
  await until(
    async () => (await caller.trpc.erasures.get.query({ id })).state === 'finished',
    'the erasure is finished',
  )
  expect(await caller.trpc.erasures.get.query({ id })).toMatchObject({ removed: 3_996, left: 0 })
  expect(await json(caller.get('/api/v1/logs?limit=1'))).toMatchObject({ total: 2_004 })
  await server.end('SIGTERM')
  expect(readFileSync(join(folder, 'sentinelmesh.db')).includes('CANARY')).toBe(false)
  expect(await program.run(['verify'], { env: inFolder(folder) })).toMatchObject({ code: 0 })
}, 240_000)
