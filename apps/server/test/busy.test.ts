import { createHash, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { LogId, OrgId } from '@sentinelmesh/api'
import { BEFORE_ALL, LIMITS } from '@sentinelmesh/api/constants'
import { HOOK_MEDIA_TYPE } from '@sentinelmesh/api/hooks'
import { json, type Client } from './client.ts'
import { rawConnection, type RawConnection } from './request.ts'
import { startMesh, type Mesh } from './start-mesh.ts'
import { until } from './until.ts'

let mesh: Mesh
beforeEach(async () => (mesh = await startMesh()))
afterEach(() => mesh[Symbol.asyncDispose]())

/** Keeps the writer from committing until it is disposed of, at most as long as it waits for a lock. */
function holdWriter(): Disposable {
  const other = new Sqlite(join(mesh.folder, 'sentinelmesh.db'))
  other.exec('begin immediate')
  return { [Symbol.dispose]: () => other.close() }
}

/** tRPC's number for it. */
const TOO_MANY_REQUESTS = -32029

/** The most of a request, in which there is nothing to find. */
const LARGE = 'x'.repeat(LIMITS.requestBytes - 1_000)
const batch = (entries: number) => Array.from({ length: entries }, () => ({ sender: 'agent.flood', payload: 'alive' }))

/** A request of this size of which only the beginning comes. */
async function halfARequest(key: string, bytes: number): Promise<RawConnection> {
  const connection = await rawConnection(mesh.port)
  connection.write(
    [
      'POST /api/v1/logs HTTP/1.1',
      `Host: 127.0.0.1:${mesh.port}`,
      `X-Api-Key: ${key}`,
      'Content-Type: application/json',
      `Content-Length: ${bytes}`,
      '',
      '[{',
    ].join('\r\n'),
  )
  return connection
}

/** JSON of six megabytes that gzip makes some ninety times smaller: just not too many. */
function inflatingBody(): Buffer {
  let hex = ''
  for (let n = 0; hex.length < 120_000; n++) hex += createHash('sha256').update(String(n)).digest('hex')
  return gzipSync(JSON.stringify({ text: hex + ' '.repeat(6 * 1024 * 1024) }))
}

/** Fills the org's share of the queue behind the back of HTTP; resolves when all of it is stored. */
async function fillQueue(org: OrgId): Promise<() => Promise<unknown>> {
  const { logs } = mesh.running.deps.database
  const [item] = (await logs.read(org, BEFORE_ALL, { entries: 1, bytes: 1 })).items
  if (item?.type !== 'entry') throw new Error('There is no entry to take as a pattern.')
  const unread = { matches: [], contentHash: new Uint8Array(), leafSalt: new Uint8Array(16), computedId: null }
  const pattern = { ...item.entry, ...unread }
  const calls = Array.from({ length: 10 }, () =>
    logs.append(
      org,
      Array.from({ length: 1_000 }, () => ({ ...pattern, id: randomUUID() as string as LogId })),
    ),
  )
  return () => Promise.all(calls)
}

test('when the write queue is full the answer is 503 with Retry-After, for tRPC TOO_MANY_REQUESTS; another org is served', async () => {
  const { agent, reader } = mesh.first
  const entry = { sender: 'agent.flood', payload: 'alive' }
  expect((await agent.post('/log', entry)).status).toBe(200)
  const org = (await mesh.running.deps.orgBySlug(mesh.first.slug))?.id
  if (org === undefined) throw new Error('There is no such org.')
  const writer = holdWriter()
  const stored = await fillQueue(org as OrgId)
  const other = mesh.second.agent.post('/log', entry)

  const refused = await agent.post('/log', entry)
  expect(refused.status).toBe(503)
  expect(refused.headers.get('retry-after')).toBe('1')
  expect(await json(refused)).toMatchObject({ code: 'store_busy', limit: 'queueEntries', allowed: 10_000 })
  const overTrpc = await json<{ error: object }>(agent.post('/trpc/logs.report', [entry]))
  expect(overTrpc.error).toMatchObject({ code: TOO_MANY_REQUESTS, data: { code: 'store_busy' } })

  writer[Symbol.dispose]()
  expect((await other).status).toBe(200)
  await stored()
  expect((await agent.post('/log', entry)).status).toBe(200)
  const { stats } = await json<{ stats: { total_logs: number } }>(reader.get('/stats'))
  expect(stats.total_logs).toBe(10_002)
})

test('requests that wait before the queue are bounded too, for each org by itself, and are let go with their connections', async () => {
  const { key } = await mesh.first.key(['ingest'])
  const most = (LIMITS.bodiesBytes * LIMITS.bodiesOrgShare) / LIMITS.requestBytes
  const waiting = await Promise.all(Array.from({ length: most }, () => halfARequest(key, LIMITS.requestBytes)))
  const post = (agent: Client) => agent.post('/api/v1/logs', batch(1))
  await until(async () => (await post(mesh.first.agent)).status === 503, 'the share of the org is taken')

  const refused = await post(mesh.first.agent)
  expect(refused.headers.get('retry-after')).toBe('1')
  expect(await json(refused)).toMatchObject({
    code: 'store_busy',
    detail: expect.stringContaining('64 MiB'),
    limit: 'bodiesBytes',
    allowed: LIMITS.bodiesBytes / 2,
  })
  expect((await post(mesh.second.agent)).status).toBe(200)
  for (const connection of waiting) connection[Symbol.dispose]()
  await until(async () => (await post(mesh.first.agent)).status === 200, 'the org is served again')
})

describe('what is worked on still counts as under way', () => {
  /** With what is worked on this is more than the share of the org; without it, it is not. */
  async function oneIsRefused(key: string): Promise<void> {
    const most = (LIMITS.bodiesBytes * LIMITS.bodiesOrgShare) / LIMITS.requestBytes
    const waiting = await Promise.all(Array.from({ length: most }, () => halfARequest(key, LIMITS.requestBytes)))
    await until(() => waiting.some((one) => one.received().startsWith('HTTP/1.1 503')), 'one is refused')
    for (const connection of waiting) connection[Symbol.dispose]()
  }

  test('when its answer has left', async () => {
    const hook = await mesh.first.key(['verdict'])
    const { key } = await mesh.first.key(['ingest'])
    const input = { hook_event_name: 'PreToolUse', session_id: 's', tool_name: 'Bash', tool_input: { command: LARGE } }
    const headers = { accept: HOOK_MEDIA_TYPE }
    using _writer = holdWriter()
    expect(await json(hook.post('/api/v1/hook/codex', input, headers))).toMatchObject({ log_id: null })
    await oneIsRefused(key)
  })

  test('when its caller has hung up', async () => {
    const { key } = await mesh.first.key(['ingest'])
    const hangUp = new AbortController()
    // The first entry of an org writes down its rules.
    await mesh.first.agent.post('/api/v1/logs', batch(1))
    using _writer = holdWriter()
    const posted = fetch(`${mesh.url}/api/v1/logs`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify([...batch(1), LARGE]),
      signal: hangUp.signal,
    })
    await until(() => mesh.running.deps.database.health().queuedEntries > 0, 'its entry waits to be written')
    hangUp.abort()
    await expect(posted).rejects.toThrow('aborted')
    await oneIsRefused(key)
  })
})

test('a body of settings or rules counts as what it inflates to, too', async () => {
  const { browser } = mesh.first
  const owner = await browser()
  const { key } = await mesh.first.key(['ingest'])
  const inflating = inflatingBody()
  const post = () => owner.post('/api/v1/rules/check', inflating, { 'content-encoding': 'gzip' })
  expect((await post()).status).toBe(422)

  const share = LIMITS.bodiesBytes * LIMITS.bodiesOrgShare
  const left = 4 * 1024 * 1024
  const sizes = Array.from({ length: share / LIMITS.requestBytes }, () => LIMITS.requestBytes)
  const waiting = await Promise.all([...sizes.slice(1), left].map((bytes) => halfARequest(key, bytes)))
  await until(async () => (await post()).status === 503, 'what it inflates to is more than the rest of the share')
  expect(await json(post())).toMatchObject({ code: 'store_busy', limit: 'bodiesBytes' })
  expect((await owner.post('/api/v1/rules/check', { text: 'title: x' })).status).toBe(200)
  for (const connection of waiting) connection[Symbol.dispose]()
})
