import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { LogId, OrgId } from '@sentinelmesh/api'
import { BEFORE_ALL, LIMITS } from '@sentinelmesh/api/constants'
import { HOOK_MEDIA_TYPE } from '@sentinelmesh/api/hooks'
import { json } from './client.ts'
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

describe('what is worked on still counts as under way', () => {
  const counted = async (pool: string) => {
    const text = await (await mesh.nobody.get('/metrics')).text()
    return Number(new RegExp(`^sentinelmesh_body_bytes\\{pool="${pool}"\\} (\\d+)$`, 'm').exec(text)?.[1])
  }
  const countsInFull = (bytes: number) => bytes > LARGE.length - LIMITS.bodyFreeBytes

  test('when its answer has left', async () => {
    const hook = await mesh.first.key(['verdict'])
    const input = { hook_event_name: 'PreToolUse', session_id: 's', tool_name: 'Bash', tool_input: { command: LARGE } }
    const headers = { accept: HOOK_MEDIA_TYPE }
    {
      using _writer = holdWriter()
      expect(await json(hook.post('/api/v1/hook/codex', input, headers))).toMatchObject({ log_id: null })
      expect(await counted('verdict')).toSatisfy(countsInFull)
    }
    await until(async () => (await counted('verdict')) === 0, 'it is stored, and its bytes are let go')
  })

  test('when its caller has hung up', async () => {
    const { key } = await mesh.first.key(['ingest'])
    const hangUp = new AbortController()
    // The first entry of an org writes down its rules.
    await mesh.first.agent.post('/api/v1/logs', batch(1))
    {
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
      expect((await mesh.second.reader.get('/logs?per_page=1')).status).toBe(200)
      expect(await counted('ordinary')).toSatisfy(countsInFull)
    }
    await until(async () => (await counted('ordinary')) === 0, 'it is stored, and its bytes are let go')
  })
})
