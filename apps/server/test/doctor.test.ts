import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { standIn, type StandIn } from '../../hook/test/stand-in.ts'
import { examine, type Examined } from '../src/cli/doctor/checks.ts'
import { client, json } from './client.ts'
import { openProgram, inFolder, type Program } from './program.ts'

let program: Program
beforeAll(() => void (program = openProgram()))
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

test('doctor tests every ingest endpoint with a key, and its entries appear in the log', async () => {
  const folder = program.folder()
  await program.createUser(folder)
  await using server = await program.serve(folder)
  const key = await program.createKey(folder, '--scope', 'ingest', 'verdict', 'read')
  const { code, findings } = await examined({ SENTINELMESH_URL: server.url, SENTINELMESH_API_KEY: key })
  expect(statesOf(findings)).toEqual(ALL_OK)
  expect(findings[1]?.say).toBe(
    'It belongs to the organization Acme, and may report entries, ask for verdicts, and read the log.',
  )
  expect(code).toBe(0)
  const reader = client({ url: server.url, headers: { 'x-api-key': key } })
  const { items } = (await json(reader.get('/api/v1/logs?limit=50'))) as {
    items: { session: string; surface: string; snippet: string }[]
  }
  expect(items.map(({ surface }) => surface).toSorted()).toEqual(['otlp', 'otlp', 'rest', 'rest', 'rest', 'trpc'])
  expect(new Set(items.map(({ session }) => session)).size).toBe(1)
})

test('without SENTINELMESH_URL, doctor tests the data folder', async () => {
  const folder = program.folder()
  await program.createUser(folder)
  const { code, findings } = await examined(inFolder(folder))
  expect(statesOf(findings)).toEqual(ALL_OK)
  expect(code).toBe(0)
})

test("doctor skips checks outside the key's scopes, uses the key's bound sender, and reports refusals", async () => {
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
  expect(bound.findings[1]?.say).toBe(
    'It belongs to the organization Acme, and may report entries, as the sender ci.* only.',
  )
  expect(bound.stderr).toContain('2 checks failed.')
  expect(statesOf(bound.findings)).toMatchObject({
    'POST /log': 'ok',
    'tRPC logs.report': 'ok',
    'OTLP, JSON': 'failed',
  })
  expect(bound.findings.find(({ check }) => check === 'OTLP, JSON')?.say).toContain('ci.*')
})

test('doctor reports a clock difference and its consequences', async () => {
  const folder = program.folder()
  await program.createUser(folder)
  await using server = await program.serve(folder)
  const headers = { 'x-api-key': await program.createKey(folder, '--scope', 'read') }
  const skewed = async (hours: number) => {
    const findings = await all({
      where: server.url,
      send: (path, request) => fetch(`${server.url}${path}`, { ...request, headers } as RequestInit),
      now: () => Date.now() + hours * 3_600_000,
      answerMs: 30_000,
    })
    return findings.find(({ check }) => check === 'Clock')
  }
  expect(await skewed(-1)).toMatchObject({ state: 'failed', say: expect.stringMatching(/3600 s behind.* wrong order/) })
  expect(await skewed(25)).toMatchObject({ state: 'failed', say: expect.stringMatching(/ahead.* are refused/) })
})

async function all(examined: Examined): Promise<Finding[]> {
  const findings: Finding[] = []
  for await (const finding of examine(examined)) findings.push(finding)
  return findings
}

test('without SENTINELMESH_URL and a data folder, doctor creates nothing and names the settings to set', async () => {
  const folder = program.folder()
  const { code, stderr } = await program.run(['doctor'], { env: inFolder(folder) })
  expect(stderr).toMatch(/set SENTINELMESH_URL and SENTINELMESH_API_KEY/)
  expect(code).toBe(2)
  expect(existsSync(join(folder, 'sentinelmesh.db'))).toBe(false)
})

test('for a data folder without an organization, doctor explains how to create one', async () => {
  const folder = program.folder()
  await program.run(['key', 'list'], { env: inFolder(folder) })
  const { code, findings } = await examined(inFolder(folder))
  expect(statesOf(findings)).toEqual({ Server: 'ok', Credential: 'failed' })
  expect(findings[1]?.say).toContain('sentinelmesh user create')
  expect(code).toBe(1)
})

describe('doctor at an address without a usable server', () => {
  const JSON_TYPE = { 'content-type': 'application/json' }
  const CASES: Record<string, [StandIn['answer'], RegExp]> = {
    'an HTML page': [
      (_, response) => response.setHeader('content-type', 'text/html').end('<html>'),
      /no SentinelMesh server/,
    ],
    'JSON that is not an object': [
      (_, response) => response.writeHead(200, JSON_TYPE).end('null'),
      /no SentinelMesh server/,
    ],
    'invalid JSON with a JSON content type': [
      (_, response) => response.writeHead(200, JSON_TYPE).end('{'),
      /no SentinelMesh server/,
    ],
    'another API': [
      (_, response) => response.writeHead(404, JSON_TYPE).end('{"detail":"Not Found"}'),
      /no SentinelMesh server/,
    ],
    'another API that is ready': [
      (_, response) => response.writeHead(200, JSON_TYPE).end('{"status":"ready"}'),
      /no SentinelMesh server of this version/,
    ],
    'a server that is stopping': [
      (_, response) => response.writeHead(503, JSON_TYPE).end('{"detail":"The server is stopping."}'),
      /not ready: The server is stopping\./,
    ],
  }
  const at = (url: string, answerMs = 30_000) =>
    all({
      where: url,
      send: (path, request) => fetch(`${url}${path}`, request as RequestInit),
      now: Date.now,
      answerMs,
    })

  test.each(Object.entries(CASES))('fails with an explanation for %s', async (_, [answer, sentence]) => {
    await using server = await standIn(answer)
    expect((await at(server.url)).at(-1)).toMatchObject({ state: 'failed', say: expect.stringMatching(sentence) })
  })

  test('follows no redirect, which would leak the key', async () => {
    await using elsewhere = await standIn()
    await using server = await standIn((_, response) => response.writeHead(307, { location: elsewhere.url }).end())
    const { findings } = await examined({ SENTINELMESH_URL: server.url, SENTINELMESH_API_KEY: 'smk_x' })
    expect(findings.at(-1)?.say).toMatch(/redirects \(307\).*set SENTINELMESH_URL to where it leads/)
    expect(elsewhere.received).toEqual([])
  })

  test.each([
    ['no reply', () => {}],
    ['an endless reply', (_, response) => response.writeHead(200, JSON_TYPE).write('{')],
  ] satisfies [string, StandIn['answer']][])('stops waiting after its timeout for %s', async (_, answer) => {
    await using server = await standIn(answer)
    const findings = await at(server.url, 100)
    expect(findings).toEqual([
      { check: 'Server', state: 'failed', say: `${server.url} does not answer within 0.1 seconds.` },
    ])
  })
})

test('doctor stops at an unknown key or a server that does not answer', async () => {
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
