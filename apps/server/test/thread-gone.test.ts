import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { client, json } from './client.ts'
import { buildProgram, type Program } from './program.ts'

let program: Program
beforeAll(async () => (program = await buildProgram()))
afterAll(() => program[Symbol.asyncDispose]())

/** Loaded before the program: on a signal the thread with this program is ended, as a fault in it would. */
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
  'when a thread that %s is gone, the server says so and ends with 1, and the next one has all that was acknowledged',
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
