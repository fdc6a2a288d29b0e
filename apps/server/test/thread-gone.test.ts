import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { client, json } from './client.ts'
import { openProgram, type Program } from './program.ts'
import { until } from './until.ts'

let program: Program
beforeAll(() => void (program = openProgram()))
afterAll(() => program[Symbol.asyncDispose]())

/** Preloaded into the server: on a signal, terminates the thread that runs `name`, as a crash would. */
const END_ON_SIGNAL = (name: string) => `
  import { syncBuiltinESMExports } from 'node:module'
  import threads from 'node:worker_threads'
  threads.Worker = class extends threads.Worker {
    constructor(file, options) {
      super(file, options)
      if (String(file).includes('${name}')) process.once('SIGUSR2', () => this.terminate())
    }
  }
  syncBuiltinESMExports()
`

test.each([
  ['writes', 'writer-worker'],
  ['reads', 'reader-worker'],
])(
  'if a thread that %s dies, the server reports it and exits with 1, and no acknowledged entry is lost',
  async (_what, name) => {
    const folder = program.folder()
    await program.createUser(folder)
    const key = await program.createKey(folder, '--scope', 'ingest', 'read')
    const preload = join(folder, '..', `end-${name}.mjs`)
    writeFileSync(preload, END_ON_SIGNAL(name))
    await using server = await program.serve(folder, { NODE_OPTIONS: `--import ${pathToFileURL(preload).href}` })
    const agent = client({ url: server.url, headers: { 'x-api-key': key } })
    expect((await agent.post('/log', { sender: 'agent.x', payload: 'before' })).status).toBe(200)

    const ended = new Promise<number | null>((resolve) => server.process.once('close', resolve))
    server.process.kill('SIGUSR2')
    expect(await ended).toBe(1)
    expect(server.output()).toMatch(
      /sentinelmesh: A thread of the database is gone \(.+\)\. The server stops\. Start it again/,
    )

    await using next = await program.serve(folder)
    const reader = client({ url: next.url, headers: { 'x-api-key': key } })
    const { logs } = await json<{ logs: { payload: string }[] }>(reader.get('/logs'))
    expect(logs.map(({ payload }) => payload)).toEqual(['before'])
  },
)

test('if the full-text index thread dies, the server reports and restarts it, and searches stay complete', async () => {
  const folder = program.folder()
  await program.createUser(folder)
  const key = await program.createKey(folder, '--scope', 'ingest', 'read')
  const preload = join(folder, '..', 'end-text-worker.mjs')
  writeFileSync(preload, END_ON_SIGNAL('text-worker'))
  await using server = await program.serve(folder, { NODE_OPTIONS: `--import ${pathToFileURL(preload).href}` })
  const agent = client({ url: server.url, headers: { 'x-api-key': key } })
  const report = async (from: number) => {
    const entries = Array.from({ length: 1_000 }, (_, n) => ({ sender: 'agent.x', payload: `number ${from + n}!` }))
    expect((await agent.post('/api/v1/logs', entries)).status).toBe(200)
  }
  const ready = () => json<Record<string, unknown>>(agent.get('/readyz'))
  const found = async (text: string) =>
    (await json<{ items: unknown[] }>(agent.get(`/api/v1/logs?q=${encodeURIComponent(text)}`))).items.length
  for (const from of [0, 1_000, 2_000]) await report(from)
  await until(async () => (await ready())['text_index_behind_entries'] === 0, 'the index has no backlog')
  expect(await ready()).toMatchObject({ status: 'ready', text_index: 'running' })

  server.process.kill('SIGUSR2')
  await until(async () => (await ready())['text_index'] === 'restarting', 'the server reports the restart')
  await report(3_000)
  expect(await found('"number 7!"')).toBe(1)
  expect(await found('"number 3999!"')).toBe(1)
  await until(async () => (await ready())['text_index'] === 'running', 'the thread runs again')
  expect(await ready()).not.toHaveProperty('text_index_reason')
  for (const from of [4_000, 5_000, 6_000]) await report(from)
  await until(async () => (await ready())['text_index_behind_entries'] === 0, 'the index has caught up')
  expect(await found('"number 6999!"')).toBe(1)
  const metrics = await (await agent.get('/metrics')).text()
  expect(metrics).toContain('\nsentinelmesh_text_index_ends_total 1\n')
  expect(server.output()).toMatch(
    /A thread of the database is gone .+The thread of the full-text index is gone\. It is started again/,
  )
})
