import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { client, json, type Client } from './client.ts'
import { openProgram, inFolder, type Program, type Server } from './program.ts'
import { until } from './until.ts'

const KiB = 1024

// The program waits before it retries a failed write, and strace slows everything down.
vi.setConfig({ testTimeout: 240_000 })

let program: Program
beforeAll(() => void (program = openProgram()))
afterAll(() => program[Symbol.asyncDispose]())

interface Agent {
  /** Resolves with the status and remembers the IDs of acknowledged entries. */
  post(entries: number, payloadBytes: number): Promise<{ status: number; code?: string; retryAfter: string | null }>
  readonly acknowledged: readonly string[]
  readyz(): Promise<{ status: number; reason?: string }>
  /** Returns the IDs of all stored entries. */
  stored(): Promise<string[]>
}

function agentOf(server: Server, key: string): Agent {
  const api: Client = client({ url: server.url, headers: { 'x-api-key': key } })
  const acknowledged: string[] = []
  return {
    acknowledged,
    async post(entries, payloadBytes) {
      const entry = { sender: 'agent.disk', payload: 'x'.repeat(payloadBytes) }
      const reply = await api.post(
        '/api/v1/logs',
        Array.from({ length: entries }, () => entry),
      )
      const body = await json<{ code?: string; results?: { log_id: string }[] }>(reply)
      for (const { log_id } of body.results ?? []) acknowledged.push(log_id)
      return {
        status: reply.status,
        ...(body.code === undefined ? {} : { code: body.code }),
        retryAfter: reply.headers.get('retry-after'),
      }
    },
    async readyz() {
      const reply = await api.get('/readyz')
      const { reason } = await json<{ reason?: string }>(reply)
      return { status: reply.status, ...(reason === undefined ? {} : { reason }) }
    },
    async stored() {
      const ids: string[] = []
      for (let cursor: string | null = ''; cursor !== null;) {
        const page: { items: { id: string }[]; next_cursor: string | null } = await json(
          api.get(`/api/v1/logs?limit=500${cursor === '' ? '' : `&cursor=${cursor}`}`),
        )
        ids.push(...page.items.map(({ id }) => id))
        cursor = page.next_cursor
      }
      return ids.toSorted()
    },
  }
}

/** Returns why no file system of limited size can be mounted, or undefined if it can. */
function smallDiskObstacle(): string | undefined {
  const at = join(program.folder(), 'probe')
  mkdirSync(at, { recursive: true })
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', at], { encoding: 'utf8' })
  if (mounted.status !== 0) return `a tmpfs cannot be mounted: ${mounted.error?.message ?? mounted.stderr.trim()}`
  execFileSync('umount', [at])
  return undefined
}

function smallDisk(size: string): { readonly path: string; resize(size: string): void } & Disposable {
  const path = program.folder()
  mkdirSync(path, { recursive: true })
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path])
  return {
    path,
    resize: (to) => void execFileSync('mount', ['-o', `remount,size=${to}`, path]),
    [Symbol.dispose]: () => void spawnSync('umount', ['-l', path]),
  }
}

test('a full disk causes 503 with a reason, loses no acknowledged entry, and recovers once there is space', async ({
  skip,
}) => {
  const reason = smallDiskObstacle()
  if (reason !== undefined) skip(`A full disk was not tested: ${reason}`)
  using disk = smallDisk('24m')
  const folder = join(disk.path, 'data')
  await program.createUser(folder)
  const key = await program.createKey(folder, '--scope', 'ingest', 'read')
  await using server = await program.serve(folder)
  const agent = agentOf(server, key)

  let last = await agent.post(10, 100 * KiB)
  for (let n = 0; n < 100 && last.status === 200; n++) last = await agent.post(10, 100 * KiB)
  expect(last).toEqual({ status: 503, code: 'store_failed', retryAfter: '1' })
  expect(await agent.readyz()).toMatchObject({ status: 503, reason: expect.stringContaining('The disk is full.') })
  expect(await agent.stored()).toEqual(agent.acknowledged.toSorted())

  disk.resize('200m')
  await until(async () => (await agent.readyz()).status === 200, 'the server finds free space')
  expect((await agent.post(10, 100 * KiB)).status).toBe(200)
  expect(await agent.stored()).toEqual(agent.acknowledged.toSorted())
  expect(await server.end('SIGTERM')).toBe(0)

  disk.resize('32m')
  const env = inFolder(folder)
  const refused = await program.run(['compact'], { env })
  expect(refused).toMatchObject({ code: 1 })
  expect(refused.stderr).toMatch(
    /It takes \d+ MiB beside the database .+ has \d+ MiB free\. Make room first; nothing was changed/,
  )
  disk.resize('200m')
  expect(await program.run(['compact'], { env })).toMatchObject({ code: 0 })
  await using compacted = await program.serve(folder)
  const again = agentOf(compacted, key)
  expect(await again.stored()).toEqual(agent.acknowledged.toSorted())
})

/** Returns why strace cannot inject faults into system calls, or undefined if it can. */
function faultObstacle(): string | undefined {
  const args = ['-o', '/dev/null', '-e', 'inject=fsync:error=EIO', 'true']
  const { error, status, stderr } = spawnSync('strace', args, { encoding: 'utf8' })
  if (error !== undefined) return 'strace is not installed'
  return status === 0 ? undefined : `strace may not trace: ${stderr.trim()}`
}

/** Makes these system calls of the running server fail or take long for these files, until disposed. */
async function fault(
  server: Server,
  { calls, what, files }: { calls: string; what: string; files: readonly string[] },
): Promise<AsyncDisposable> {
  const paths = files.flatMap((file) => ['-P', file])
  const inject = ['-e', `trace=${calls}`, '-e', `inject=${calls}:${what}`]
  const strace = spawn('strace', ['-f', ...paths, ...inject, '-o', '/dev/null', '-p', String(server.process.pid)])
  let said = ''
  strace.stderr.on('data', (chunk) => (said += String(chunk)))
  await until(() => said.includes('attached'), 'strace is attached to the server')
  return {
    async [Symbol.asyncDispose]() {
      const gone = once(strace, 'exit')
      strace.kill('SIGINT')
      await gone
    },
  }
}

describe('when system calls fail', () => {
  let folder: string
  let key: string
  beforeEach(async ({ skip }) => {
    const reason = faultObstacle()
    if (reason !== undefined) skip(`Failing disk calls were not tested: ${reason}`)
    folder = program.folder()
    await program.createUser(folder)
    key = await program.createKey(folder, '--scope', 'ingest', 'read')
  })
  const file = (name: string) => join(folder, name)

  /** Kills the server, starts a new one on the same folder, and compares its entries with the acknowledged ones. */
  async function expectAllStored(server: Server, agent: Agent): Promise<void> {
    await server.end('SIGKILL')
    await using again = await program.serve(folder)
    expect(await agentOf(again, key).stored()).toEqual(agent.acknowledged.toSorted())
  }

  test.each([
    ['the write-ahead log cannot grow', { calls: 'pwrite64', what: 'error=ENOSPC' }, /The disk is full/],
    ['a write fails', { calls: 'pwrite64', what: 'error=EIO' }, /could not be written \(SQLITE_IOERR_WRITE\)/],
    ['a sync fails', { calls: 'fsync,fdatasync', what: 'error=EIO' }, /could not be written \(SQLITE_IOERR_FSYNC\)/],
  ])('while %s, no entry is acknowledged, and ingestion recovers afterwards', async (_name, how, reason) => {
    await using server = await program.serve(folder)
    const agent = agentOf(server, key)
    expect((await agent.post(3, KiB)).status).toBe(200)
    const broken = await fault(server, { ...how, files: [file('sentinelmesh.db-wal')] })
    expect(await agent.post(3, KiB)).toEqual({ status: 503, code: 'store_failed', retryAfter: '1' })
    expect(await agent.readyz()).toMatchObject({ status: 503, reason: expect.stringMatching(reason) })
    expect(await agent.post(3, KiB)).toMatchObject({ status: 503 })
    await broken[Symbol.asyncDispose]()

    await until(async () => (await agent.readyz()).status === 200, 'the server can write again')
    expect((await agent.post(3, KiB)).status).toBe(200)
    expect(agent.acknowledged).toHaveLength(6)
    await expectAllStored(server, agent)
  })

  test('on a slow disk, no reply is sent before its entry is durable', async () => {
    await using server = await program.serve(folder)
    const agent = agentOf(server, key)
    // In microseconds, for each of the roughly ten writes of a commit.
    await fault(server, {
      calls: 'pwrite64',
      what: 'delay_enter=20000',
      files: [file('sentinelmesh.db-wal')],
    })
    expect((await agent.post(1, KiB)).status).toBe(200)
    await expectAllStored(server, agent)
  })

  test('while the database file cannot grow, entries are stored in the write-ahead log', async () => {
    await using server = await program.serve(folder)
    const agent = agentOf(server, key)
    const broken = await fault(server, { calls: 'pwrite64', what: 'error=ENOSPC', files: [file('sentinelmesh.db')] })
    // More than one checkpoint copies.
    for (let n = 0; n < 50; n++) expect((await agent.post(10, 100 * KiB)).status).toBe(200)
    expect((await agent.readyz()).status).toBe(200)
    await broken[Symbol.asyncDispose]()
    for (let n = 0; n < 5; n++) expect((await agent.post(10, 100 * KiB)).status).toBe(200)
    await expectAllStored(server, agent)
  })

  test('while the full-text index cannot grow, entries are still stored', async () => {
    await using server = await program.serve(folder)
    const agent = agentOf(server, key)
    const files = ['sentinelmesh-text.db', 'sentinelmesh-text.db-wal'].map(file)
    const broken = await fault(server, { calls: 'pwrite64', what: 'error=ENOSPC', files })
    for (let n = 0; n < 20; n++) expect((await agent.post(200, KiB)).status).toBe(200)
    expect((await agent.readyz()).status).toBe(200)
    await broken[Symbol.asyncDispose]()
    expect((await agent.post(200, KiB)).status).toBe(200)
    await expectAllStored(server, agent)
  })
})
