import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { LIMITS } from '@sentinelmesh/api/constants'
import { HOOK_MEDIA_TYPE } from '@sentinelmesh/api/hooks'
import { json } from './client.ts'
import { fillQueue, holdWriter } from './full-queue.ts'
import { bodyBytes } from './request.ts'
import { startMesh, type Mesh } from './start-mesh.ts'
import { until } from './until.ts'

let mesh: Mesh
beforeEach(async () => (mesh = await startMesh()))
afterEach(() => mesh[Symbol.asyncDispose]())

/** The tRPC error number. */
const TOO_MANY_REQUESTS = -32029

/** Nearly the largest possible request, with text that matches no rule. */
const LARGE = 'x'.repeat(LIMITS.requestBytes - 1_000)
const batch = (entries: number) => Array.from({ length: entries }, () => ({ sender: 'agent.flood', payload: 'alive' }))

test('a full write queue gives 503 with Retry-After (tRPC: TOO_MANY_REQUESTS), but not for other orgs', async () => {
  const { agent, reader } = mesh.first
  const entry = { sender: 'agent.flood', payload: 'alive' }
  expect((await agent.post('/log', entry)).status).toBe(200)
  const writer = holdWriter(mesh)
  const stored = await fillQueue(mesh, mesh.first.slug)
  const other = mesh.second.agent.post('/log', entry)

  const refused = await agent.post('/log', entry)
  expect(refused.status).toBe(503)
  expect(refused.headers.get('retry-after')).toBe('1')
  expect(await json(refused)).toMatchObject({ code: 'store_busy', limit: 'queueEntries', allowed: 10_000 })
  const failures = mesh
    .logged()
    .split('\n')
    .filter((line) => line.includes('request failed'))
  expect(failures.map((line) => JSON.parse(line))).toMatchObject([
    { path: '/log', status: 503, code: 'store_busy', limit: 'queueEntries' },
  ])
  const overTrpc = await json<{ error: object }>(agent.post('/trpc/logs.report', [entry]))
  expect(overTrpc.error).toMatchObject({ code: TOO_MANY_REQUESTS, data: { code: 'store_busy' } })

  writer[Symbol.dispose]()
  expect((await other).status).toBe(200)
  await stored()
  expect((await agent.post('/log', entry)).status).toBe(200)
  const { stats } = await json<{ stats: { total_logs: number } }>(reader.get('/stats'))
  expect(stats.total_logs).toBe(10_002)
})

describe('an entry that is not stored yet still counts its body bytes', () => {
  const counted = (pool: string) => bodyBytes(mesh.nobody, pool)
  const countsInFull = (bytes: number) => bytes > LARGE.length - LIMITS.bodyFreeBytes

  test('after its reply was sent', async () => {
    const hook = await mesh.first.key(['verdict'])
    const input = { hook_event_name: 'PreToolUse', session_id: 's', tool_name: 'Bash', tool_input: { command: LARGE } }
    const headers = { accept: HOOK_MEDIA_TYPE }
    {
      using _writer = holdWriter(mesh)
      expect(await json(hook.post('/api/v1/hook/codex', input, headers))).toMatchObject({ log_id: null })
      expect(await counted('verdict')).toSatisfy(countsInFull)
    }
    await until(async () => (await counted('verdict')) === 0, 'it is stored, and its bytes are released')
  })

  test('after its client disconnected', async () => {
    const { key } = await mesh.first.key(['ingest'])
    const hangUp = new AbortController()
    // The first entry of an org also stores its rules.
    await mesh.first.agent.post('/api/v1/logs', batch(1))
    {
      using _writer = holdWriter(mesh)
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
    await until(async () => (await counted('ordinary')) === 0, 'it is stored, and its bytes are released')
  })
})
