import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { client, json } from './client.ts'
import { buildProgram, inFolder, type Program } from './program.ts'

let program: Program
beforeAll(async () => (program = await buildProgram()))
afterAll(() => program[Symbol.asyncDispose]())

interface Finding {
  readonly check: string
  readonly state: string
  readonly say: string
}

async function examined(env: Readonly<Record<string, string>>) {
  const { code, stdout, stderr } = await program.run(['doctor', '--json'], { env })
  return { code, stderr, findings: JSON.parse(stdout) as Finding[] }
}

const statesOf = (findings: readonly Finding[]) =>
  Object.fromEntries(findings.map(({ check, state }) => [check, state]))

const ALL_OK = {
  Server: 'ok',
  Credential: 'ok',
  Clock: 'ok',
  'POST /log': 'ok',
  'POST /api/v1/logs': 'ok',
  'tRPC logs.report': 'ok',
  'OTLP, JSON': 'ok',
  'OTLP, protobuf': 'ok',
  'POST /api/v1/verdict': 'ok',
}

test('each way in is gone from a machine with a key, and what was sent is in the log', async () => {
  const folder = program.folder()
  await program.createUser(folder)
  await using server = await program.serve(folder)
  const key = await program.createKey(folder, '--scope', 'ingest', 'verdict', 'read')
  const { code, findings } = await examined({ SENTINELMESH_URL: server.url, SENTINELMESH_API_KEY: key })
  expect(statesOf(findings)).toEqual(ALL_OK)
  expect(code).toBe(0)
  const reader = client({ url: server.url, headers: { 'x-api-key': key } })
  const { items } = (await json(reader.get('/api/v1/logs?limit=50'))) as {
    items: { session: string; surface: string; snippet: string }[]
  }
  expect(items.map(({ surface }) => surface).toSorted()).toEqual(['otlp', 'otlp', 'rest', 'rest', 'rest', 'trpc'])
  expect(new Set(items.map(({ session }) => session)).size).toBe(1)
})

test('without an address the data folder is examined', async () => {
  const folder = program.folder()
  await program.createUser(folder)
  const { code, findings } = await examined(inFolder(folder))
  expect(statesOf(findings)).toEqual(ALL_OK)
  expect(code).toBe(0)
})

test('what a key may not is skipped, what it is bound to is kept, and a refusal is said', async () => {
  const folder = program.folder()
  await program.createUser(folder)
  await using server = await program.serve(folder)
  const withKey = async (...args: string[]) =>
    examined({ SENTINELMESH_URL: server.url, SENTINELMESH_API_KEY: await program.createKey(folder, ...args) })

  const reading = await withKey('--scope', 'read')
  expect(reading.code).toBe(0)
  expect(reading.findings.slice(3).map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => 'skipped'))

  const bound = await withKey('--scope', 'ingest', '--sender', 'ci.*')
  expect(bound.code).toBe(1)
  expect(bound.stderr).toContain('2 checks failed.')
  expect(statesOf(bound.findings)).toMatchObject({
    'POST /log': 'ok',
    'tRPC logs.report': 'ok',
    'OTLP, JSON': 'failed',
  })
  expect(bound.findings.find(({ check }) => check === 'OTLP, JSON')?.say).toContain('ci.*')
})

test('an unknown key and a server that does not answer end it there', async () => {
  const folder = program.folder()
  await program.createUser(folder)
  await using server = await program.serve(folder)
  const unknown = await examined({ SENTINELMESH_URL: server.url, SENTINELMESH_API_KEY: `smk_${'a'.repeat(49)}` })
  expect(unknown.code).toBe(1)
  expect(statesOf(unknown.findings)).toEqual({ Server: 'ok', Credential: 'failed' })

  const gone = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => gone.once('listening', resolve))
  const { port } = gone.address() as AddressInfo
  await new Promise((resolve) => gone.close(resolve))
  const absent = await examined({ SENTINELMESH_URL: `http://127.0.0.1:${port}`, SENTINELMESH_API_KEY: 'smk_x' })
  expect(absent.code).toBe(1)
  expect(absent.findings).toEqual([
    { check: 'Server', state: 'failed', say: expect.stringContaining('does not answer (ECONNREFUSED)') },
  ])
})
