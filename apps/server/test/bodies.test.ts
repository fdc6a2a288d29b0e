import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { LIMITS } from '@sentinelmesh/api/constants'
import { HOOK_MEDIA_TYPE } from '@sentinelmesh/api/hooks'
import { json, type Client } from './client.ts'
import { bodyBytes, parseReply, partialRequest, rawConnection, sendBytes, type RawConnection } from './request.ts'
import { handClock, PASSWORD, startMesh, type Mesh } from './start-mesh.ts'
import { until } from './until.ts'

const MiB = 1024 * 1024

let mesh: Mesh
let clock: ReturnType<typeof handClock>
let open: RawConnection[]
beforeEach(async () => {
  clock = handClock()
  mesh = await startMesh({ clock })
  open = []
})
afterEach(async () => {
  for (const connection of open) connection[Symbol.dispose]()
  await mesh[Symbol.asyncDispose]()
})

/** Opens `count` requests with `announcedBytes` as Content-Length (null: chunked) and sends `sentBytes` of the body. */
async function unfinished(
  count: number,
  request: { path: string; key?: string; sentBytes?: number; announcedBytes?: number | null },
): Promise<readonly RawConnection[]> {
  const all = { announcedBytes: LIMITS.requestBytes, sentBytes: 0, ...request }
  const opened = await Promise.all(Array.from({ length: count }, () => partialRequest(mesh.port, all)))
  open.push(...opened)
  return opened
}

const entry = (payload = 'alive') => ({ sender: 'agent.a', payload })
const batchOf = (bytes: number) => Array.from({ length: 8 }, () => entry('x'.repeat(bytes / 8)))
const hookInput = (content: string) => ({
  hook_event_name: 'PreToolUse',
  session_id: 's',
  tool_name: 'Write',
  tool_input: { file_path: 'a.txt', content },
})
const askHook = (agent: Client, content = 'x') =>
  agent.post('/api/v1/hook/codex', hookInput(content), { accept: HOOK_MEDIA_TYPE })

const counted = (pool: string) => bodyBytes(mesh.nobody, pool)

/** Fills the share of one key with unfinished requests whose bytes have arrived. */
async function fillShareOf(key: string): Promise<void> {
  const before = await counted('ordinary')
  const count = (LIMITS.bodiesBytes * LIMITS.bodiesCallerShare) / LIMITS.requestBytes
  await unfinished(count, { path: '/api/v1/logs', key, sentBytes: LIMITS.requestBytes - 1 })
  const all = count * (LIMITS.requestBytes - 1 - LIMITS.bodyFreeBytes)
  await until(async () => (await counted('ordinary')) === before + all, 'all of it has arrived')
}

/** Requests that must be answered regardless of other traffic. */
async function expectEssentials(agent: Client): Promise<void> {
  expect((await agent.post('/api/v1/verdict', entry())).status).toBe(200)
  expect((await askHook(agent)).status).toBe(200)
  expect((await agent.post('/log', entry())).status).toBe(200)
  for (const path of ['/health', '/healthz', '/readyz']) expect((await mesh.nobody.get(path)).status).toBe(200)
  expect(await mesh.first.token()).toMatch(/\./)
  const signIn = { username: mesh.first.owner, password: PASSWORD }
  expect((await mesh.nobody.post('/trpc/auth.signIn', signIn)).status).toBe(200)
}

describe('only received body bytes count', () => {
  test('idle connections that announce the largest possible body block no other request', async () => {
    const agent = await mesh.first.key(['ingest', 'verdict'])
    const { key } = agent
    for (const path of ['/api/v1/logs', '/log', '/v1/logs', '/api/v1/verdict', '/api/v1/hook/codex'])
      await unfinished(17, { path, key, sentBytes: 2 })
    for (const path of ['/token', '/register', '/trpc/auth.signIn'])
      await unfinished(17, { path, announcedBytes: LIMITS.signInBytes, sentBytes: 2 })
    await expectEssentials(agent)
    expect((await agent.post('/api/v1/logs', batchOf(4 * MiB))).status).toBe(200)
    expect(await counted('ordinary')).toBe(0)
  })

  test('received bytes of a chunked body count', async () => {
    const { key } = await mesh.first.key(['ingest'])
    const [chunked] = await unfinished(1, { path: '/api/v1/logs', key, announcedBytes: null, sentBytes: 3 * MiB })
    await until(async () => (await counted('ordinary')) === 3 * MiB - LIMITS.bodyFreeBytes, 'all of it counts')
    chunked?.[Symbol.dispose]()
    await until(async () => (await counted('ordinary')) === 0, 'its connection is gone, and it counts no more')
    expect(chunked?.received()).toBe('')
  })

  test('a chunked body that exceeds the limit of its route is rejected with 413', async () => {
    const { key } = await mesh.first.key(['ingest'])
    const sentBytes = LIMITS.legacyRequestBytes + 1
    const [chunked] = await unfinished(1, { path: '/log', key, announcedBytes: null, sentBytes })
    await until(() => chunked?.received().includes('\r\n\r\n') === true, 'the reply comes')
    expect(parseReply(chunked?.received() ?? '')).toMatchObject({
      status: 413,
      body: expect.stringContaining('legacyRequestBytes') as string,
    })
  })
})

describe('a full share of the body budget', () => {
  test('of a key blocks only large bodies of that key', async () => {
    const agent = await mesh.first.key(['ingest', 'verdict'])
    await fillShareOf(agent.key)

    const refused = await agent.post('/api/v1/logs', batchOf(MiB))
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(await json(refused)).toMatchObject({
      code: 'store_busy',
      detail: expect.stringMatching(/with this credential hold 32 MiB.*bodiesCallerShare/) as string,
      limit: 'bodiesCallerShare',
      allowed: 32 * MiB,
    })
    await expectEssentials(agent)
    expect((await askHook(agent, 'x'.repeat(MiB))).status).toBe(200)
    expect((await mesh.first.agent.post('/api/v1/logs', batchOf(MiB))).status).toBe(200)

    for (const connection of open) connection[Symbol.dispose]()
    await until(async () => (await counted('ordinary')) === 0, 'the connections are gone')
    expect((await agent.post('/api/v1/logs', batchOf(MiB))).status).toBe(200)
  })

  test('of an organization blocks its other keys, but no other organization', async () => {
    for (const { key } of [await mesh.first.key(['ingest']), await mesh.first.key(['ingest'])]) await fillShareOf(key)
    const agent = await mesh.first.key(['ingest', 'verdict'])
    const refused = await agent.post('/api/v1/logs', batchOf(MiB))
    expect(await json(refused)).toMatchObject({ limit: 'bodiesOrgShare', allowed: 64 * MiB })
    await expectEssentials(agent)
    expect((await mesh.second.agent.post('/api/v1/logs', batchOf(MiB))).status).toBe(200)
  })

  test('counts the decompressed size of a body', async () => {
    for (const { key } of [await mesh.first.key(['ingest']), await mesh.first.key(['ingest'])]) await fillShareOf(key)
    const owner = await mesh.first.browser()
    const inflating = inflatingBody()
    const reply = await owner.post('/api/v1/rules/check', inflating, { 'content-encoding': 'gzip' })
    expect(await json(reply)).toMatchObject({ code: 'store_busy', limit: 'bodiesOrgShare' })
    expect((await owner.post('/api/v1/rules/check', { text: 'title: x' })).status).toBe(200)
    for (const connection of open) connection[Symbol.dispose]()
    await until(async () => (await counted('ordinary')) === 0, 'the connections are gone')
    expect((await owner.post('/api/v1/rules/check', inflating, { 'content-encoding': 'gzip' })).status).toBe(422)
  })

  /** JSON of 6 MiB that gzip compresses about ninetyfold, just below the limit of the compression ratio. */
  function inflatingBody(): Buffer {
    let hex = ''
    for (let n = 0; hex.length < 120_000; n++) hex += createHash('sha256').update(String(n)).digest('hex')
    return gzipSync(JSON.stringify({ text: hex + ' '.repeat(6 * MiB) }))
  }
})

test('a new verdict request evicts the oldest unfinished one, even of the same key', async () => {
  const agent = await mesh.first.key(['verdict'])
  const sentBytes = 7 * MiB
  const share = LIMITS.verdictBodiesBytes * LIMITS.verdictBodiesOrgShare
  expect(share).toBe(16 * MiB)
  const [oldest] = await unfinished(1, { path: '/api/v1/verdict', key: agent.key, sentBytes })
  await until(async () => (await counted('verdict')) > 6 * MiB, 'the first has arrived')
  const [newer] = await unfinished(1, { path: '/api/v1/hook/codex', key: agent.key, sentBytes })
  await until(async () => (await counted('verdict')) > 13 * MiB, 'the second has arrived')

  expect((await askHook(agent, 'x'.repeat(4 * MiB))).status).toBe(200)
  await until(() => oldest?.closed === true, 'the oldest is cut')
  expect(parseReply(oldest?.received() ?? '')).toMatchObject({
    status: 503,
    body: expect.stringContaining('verdictBodiesOrgShare') as string,
  })
  expect(newer?.received()).toBe('')
})

test('among pipelined requests, only one gets the free byte allowance', async () => {
  const { key } = await mesh.first.key(['ingest'])
  // The first entry of an org also stores its rules.
  await mesh.first.agent.post('/log', entry())
  const body = JSON.stringify([entry('x'.repeat(12_000))])
  const head = [
    'POST /api/v1/logs HTTP/1.1',
    `Host: 127.0.0.1:${mesh.port}`,
    `X-Api-Key: ${key}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
  ]
  using connection = await rawConnection(mesh.port)
  const other = new Sqlite(join(mesh.folder, 'sentinelmesh.db'))
  try {
    other.exec('begin immediate')
    connection.write(`${head.join('\r\n')}\r\n\r\n${body}`.repeat(5))
    await until(async () => (await counted('ordinary')) === 4 * body.length, 'four of the five bodies count')
  } finally {
    other.close()
  }
  await until(() => connection.received().split('HTTP/1.1 200').length === 6, 'all are answered')
  expect(await counted('ordinary')).toBe(0)
})

describe('without a credential', () => {
  test('the server reads no more bytes than the sign-in limit', async () => {
    for (const path of ['/token', '/token/refresh', '/register', '/trpc/auth.signIn']) {
      const [chunked] = await unfinished(1, { path, announcedBytes: null, sentBytes: LIMITS.signInBytes + 1 })
      await until(() => chunked?.received().includes('\r\n\r\n') === true, `${path} is answered`)
      expect(chunked?.received()).toMatch(/^HTTP\/1\.1 413 [^]*signInBytes/)
    }
    expect(await counted('open')).toBe(0)
  })

  test.each([
    ['/trpc/logs.report', 401],
    ['/trpc/auth.signIn,logs.report?batch=1', 401],
    ['/api/v1/logs', 401],
    ['/nowhere', 404],
    ['/health', 405],
  ])('%s is answered with %i before any body bytes arrive', async (path, status) => {
    const [idle] = await unfinished(1, { path })
    await until(() => idle?.received().includes('\r\n\r\n') === true, 'the reply comes')
    expect(parseReply(idle?.received() ?? '').status).toBe(status)
  })
})

describe('a client that waits for 100 Continue', () => {
  const head = (key: string) =>
    `POST /log HTTP/1.1\r\nHost: 127.0.0.1:${mesh.port}\r\nX-Api-Key: ${key}\r\nContent-Length: 34\r\nExpect: 100-continue\r\n\r\n`

  test('gets 100 Continue when its body will be read', async () => {
    using connection = await rawConnection(mesh.port)
    connection.write(head(mesh.first.agent.headers['x-api-key'] ?? ''))
    await until(() => connection.received() === 'HTTP/1.1 100 Continue\r\n\r\n', '100 Continue arrives')
    connection.write('{"sender":"agent.a",')
    connection.write('"payload":"x"}')
    await until(() => connection.received().includes('HTTP/1.1 200'), 'it is answered')
    expect(parseReply(connection.received().slice('HTTP/1.1 100 Continue\r\n\r\n'.length)).status).toBe(200)
  })

  test('with an invalid key gets 401 without 100 Continue', async () => {
    using connection = await rawConnection(mesh.port)
    connection.write(head('smk_nobody'))
    await until(() => connection.received().includes('\r\n\r\n'), 'it is answered')
    expect(connection.received()).toMatch(/^HTTP\/1\.1 401 /)
  })
})

describe('a slow body', () => {
  const windowBytes = (LIMITS.bodyMinBytesPerSecond * LIMITS.bodyWindowMs) / 1000

  test('is rejected with 408, while a body at the minimum rate is not', async () => {
    const { key } = await mesh.first.key(['ingest'])
    const request = { path: '/log', key, announcedBytes: 2 * windowBytes + 1_000 }
    const [slow] = await unfinished(1, { ...request, sentBytes: windowBytes - 1 })
    const [steady] = await unfinished(1, { ...request, sentBytes: windowBytes })
    if (slow === undefined || steady === undefined) throw new Error('There are two.')
    const arrived = 2 * (windowBytes - LIMITS.bodyFreeBytes) - 1
    await until(async () => (await counted('ordinary')) === arrived, 'both have arrived so far')

    clock.advance(LIMITS.bodyWindowMs)
    await until(() => slow.received().includes('\r\n\r\n'), 'the slow one is cut')
    expect(parseReply(slow.received())).toMatchObject({
      status: 408,
      headers: { connection: 'close' },
      body: expect.stringMatching(/less than 4 KiB\/s for 10 s \(limit bodyMinBytesPerSecond\)/) as string,
    })
    await until(() => slow.closed, 'its connection is closed')
    expect(steady.received()).toBe('')

    // Each window is measured on its own.
    await sendBytes(steady, 10)
    clock.advance(LIMITS.bodyWindowMs)
    await until(() => steady.received().includes('\r\n\r\n'), 'it is cut when it stops')
    expect(parseReply(steady.received()).status).toBe(408)
    expect(await counted('ordinary')).toBe(0)
    expect((await mesh.first.agent.post('/log', entry())).status).toBe(200)
  })

  test('of telemetry is rejected with 503 and Retry-After', async () => {
    const { key } = await mesh.first.key(['ingest'])
    const [slow] = await unfinished(1, { path: '/v1/logs', key, sentBytes: LIMITS.bodyFreeBytes + 1 })
    if (slow === undefined) throw new Error('There is one.')
    await until(async () => (await counted('ordinary')) === 1, 'its body is being read')
    clock.advance(LIMITS.bodyWindowMs)
    await until(() => slow.received().includes('\r\n\r\n'), 'it is cut')
    expect(parseReply(slow.received())).toMatchObject({ status: 503, headers: { 'retry-after': '1' } })
  })
})
