import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { LIMITS } from '@sentinelmesh/api/constants'
import { HOOK_MEDIA_TYPE } from '@sentinelmesh/api/hooks'
import { createReporter } from '@sentinelmesh/sdk'
import { client, json, type Client } from './client.ts'
import { fillQueue, holdWriter } from './full-queue.ts'
import { handClock, startMesh, type Mesh, type Org } from './start-mesh.ts'
import { until } from './until.ts'

let mesh: Mesh
let clock: ReturnType<typeof handClock>
beforeEach(async () => {
  clock = handClock()
  mesh = await startMesh({ clock })
})
afterEach(() => mesh[Symbol.asyncDispose]())

const entries = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ sender: 'agent.a', payload: `${index}` }))

async function keyWithRate(org: Org, entriesPerSecond: number): Promise<Client & { id: string; key: string }> {
  const scopes: ('ingest' | 'verdict')[] = ['ingest', 'verdict']
  const made = await org.manager.trpc.apiKeys.create.mutate({ name: 'limited', scopes, entriesPerSecond })
  expect(made.entriesPerSecond).toBe(entriesPerSecond)
  return { ...client({ url: mesh.url, headers: { 'x-api-key': made.key } }), id: made.id, key: made.key }
}

const setQuota = (org: Org, entries_per_second: number | null) =>
  org.manager.send('PUT', '/api/v1/settings/quota', { entries_per_second })

async function stored(org: Org): Promise<number> {
  const { total } = await json<{ total: number }>(org.reader.get('/logs?per_page=1'))
  return total
}

async function metric(name: string): Promise<number> {
  const text = await (await mesh.nobody.get('/metrics')).text()
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length) ?? 0,
  )
}

describe('a key with a rate', () => {
  test('gets 429 with Retry-After beyond its burst and is served again afterwards', async () => {
    const agent = await keyWithRate(mesh.first, 2)
    for (let sent = 0; sent < 2 * LIMITS.rateBurstSeconds; sent++)
      expect((await agent.post('/log', entries(1)[0] ?? {})).status).toBe(200)

    const refused = await agent.post('/log', entries(1)[0] ?? {})
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
    expect(await json(refused)).toMatchObject({
      code: 'rate_limited',
      detail: expect.stringMatching(/API key may report 2 entries per second.*Nothing.*stored/) as string,
      limit: 'keyEntriesPerSecond',
      allowed: 2,
    })
    expect(await metric('sentinelmesh_throttled_entries_total{by="key"}')).toBe(1)
    expect(await json(mesh.first.manager.get('/api/v1/settings/quota'))).toMatchObject({
      refused: null,
      keys: [{ id: agent.id, refused: { entries: 1, last_at: new Date(clock.now()).toISOString() } }],
    })
    // Other keys of the org are not affected.
    expect((await mesh.first.agent.post('/log', entries(1)[0] ?? {})).status).toBe(200)

    clock.advance(500)
    expect((await agent.post('/log', entries(1)[0] ?? {})).status).toBe(200)
    expect((await agent.post('/log', entries(1)[0] ?? {})).status).toBe(429)
    expect(await stored(mesh.first)).toBe(2 * LIMITS.rateBurstSeconds + 2)
  })

  test('counts entries, not requests; a batch over the burst is accepted and delays later ones', async () => {
    const agent = await keyWithRate(mesh.first, 1)
    const reply = await agent.post('/api/v1/logs', entries(100))
    expect(await json(reply)).toMatchObject({ accepted: 100 })
    const refused = await agent.post('/api/v1/logs', entries(1))
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '91'])
    const overTrpc = await agent.post('/trpc/logs.report', entries(1))
    expect([overTrpc.status, overTrpc.headers.get('retry-after')]).toEqual([429, '91'])
    clock.advance(90_000)
    expect((await agent.post('/api/v1/logs', entries(1))).status).toBe(429)
    clock.advance(1_000)
    expect((await agent.post('/api/v1/logs', entries(1))).status).toBe(200)
  })

  test('is not charged for rejected entries', async () => {
    const agent = await keyWithRate(mesh.first, 0.1)
    for (let sent = 0; sent < 20; sent++)
      expect((await agent.post('/api/v1/logs', [{ payload: 'without a sender' }])).status).toBe(200)
    expect((await agent.post('/api/v1/logs', entries(1))).status).toBe(200)
    expect((await agent.post('/api/v1/logs', entries(1))).status).toBe(429)
  })

  test('still gets verdicts and hook replies beyond its rate', async () => {
    const agent = await keyWithRate(mesh.first, 1)
    await setQuota(mesh.first, 1)
    expect((await agent.post('/api/v1/logs', entries(1_000))).status).toBe(200)
    expect((await agent.post('/api/v1/logs', entries(1))).status).toBe(429)
    expect((await agent.post('/api/v1/verdict', entries(1)[0] ?? {})).status).toBe(200)
    const input = { hook_event_name: 'PreToolUse', session_id: 's', tool_name: 'Bash', tool_input: { command: 'ls' } }
    const asked = await json(agent.post('/api/v1/hook/codex', input, { accept: HOOK_MEDIA_TYPE }))
    expect(asked).toMatchObject({ verdict: 'allow', log_id: expect.any(String) as string })
    const late = '/api/v1/hook/codex/late?spool=00000000deadbeef&late=1&fail=open'
    expect((await agent.post(late, { ...input, session_id: 't' })).status).toBe(200)
  })

  test('can get another rate or none, which takes effect at once', async () => {
    const agent = await keyWithRate(mesh.first, 1)
    expect((await agent.post('/api/v1/logs', entries(100))).status).toBe(200)
    expect((await agent.post('/api/v1/logs', entries(1))).status).toBe(429)
    const { setRate } = mesh.first.manager.trpc.apiKeys
    expect(await setRate.mutate({ id: agent.id, entriesPerSecond: null })).toMatchObject({ entriesPerSecond: null })
    expect((await agent.post('/api/v1/logs', entries(1))).status).toBe(200)
    await expect(
      mesh.second.manager.trpc.apiKeys.setRate.mutate({ id: agent.id, entriesPerSecond: 1 }),
    ).rejects.toThrow('There is no such API key')
    await expect(setRate.mutate({ id: agent.id, entriesPerSecond: 0 })).rejects.toThrow('Something in the request')
  })
})

describe('the quota of an organization', () => {
  test('applies to all of its keys together and to no other organization', async () => {
    const other = await mesh.first.key(['ingest'])
    expect(await json(setQuota(mesh.first, 3))).toMatchObject({ entries_per_second: 3, burst: 30, refused: null })
    expect((await mesh.first.agent.post('/api/v1/logs', entries(30))).status).toBe(200)
    const refused = await other.post('/api/v1/logs', entries(5))
    expect(refused.status).toBe(429)
    expect(await json(refused)).toMatchObject({
      code: 'rate_limited',
      detail: expect.stringMatching(
        /organization may report 3 entries per second.*ingest quota.*Settings → Limits/,
      ) as string,
      limit: 'orgEntriesPerSecond',
    })
    expect((await mesh.second.agent.post('/api/v1/logs', entries(500))).status).toBe(200)
    expect(await metric('sentinelmesh_throttled_entries_total{by="org"}')).toBe(5)
    expect(await json(mesh.first.manager.get('/api/v1/settings/quota'))).toMatchObject({ refused: { entries: 5 } })
    expect(await json(mesh.second.manager.get('/api/v1/settings/quota'))).toMatchObject({ refused: null, keys: [] })

    clock.advance(1_000)
    expect((await other.post('/api/v1/logs', entries(5))).status).toBe(200)
    await setQuota(mesh.first, null)
    expect((await other.post('/api/v1/logs', entries(500))).status).toBe(200)
    expect(await stored(mesh.first)).toBe(535)
  })

  test('survives a restart and does not apply to imports', async () => {
    await setQuota(mesh.first, 1)
    await mesh.restart()
    expect((await mesh.first.agent.post('/api/v1/logs', entries(10))).status).toBe(200)
    expect((await mesh.first.agent.post('/api/v1/logs', entries(1))).status).toBe(429)
    const lines = entries(50).map((entry, index) => ({ id: `line-${index}`, json: JSON.stringify(entry) }))
    expect(await mesh.first.manager.trpc.logs.import.mutate(lines)).toMatchObject({ accepted: 50 })
  })

  test('rejects telemetry with a google.rpc.Status and never splits a large request', async () => {
    await setQuota(mesh.first, 1)
    const record = (index: number) => ({
      timeUnixNano: '1776100000000000000',
      eventName: 'claude_code.user_prompt',
      body: { stringValue: 'claude_code.user_prompt' },
      attributes: [
        { key: 'event.name', value: { stringValue: 'user_prompt' } },
        { key: 'session.id', value: { stringValue: `s-${index}` } },
        { key: 'prompt', value: { stringValue: `prompt ${index}` } },
      ],
    })
    const request = (from: number, count: number) => ({
      resourceLogs: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'claude-code' } }] },
          scopeLogs: [
            {
              scope: { name: 'com.anthropic.claude_code.events' },
              logRecords: Array.from({ length: count }, (_, index) => record(from + index)),
            },
          ],
        },
      ],
    })
    const count = LIMITS.requestEntries + 500
    expect(await json(mesh.first.agent.post('/v1/logs', request(0, count)))).toEqual({})
    expect(await stored(mesh.first)).toBe(count)
    const refused = await mesh.first.agent.post('/v1/logs', request(count, 1))
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, String(count - 9)])
    expect(await json(refused)).toMatchObject({ code: 8, message: expect.stringContaining('ingest quota') as string })
  })

  test('is not charged for a request that was not stored', async () => {
    expect((await mesh.first.agent.post('/api/v1/logs', entries(1))).status).toBe(200)
    await setQuota(mesh.first, 0.1)
    {
      using _writer = holdWriter(mesh)
      const all = await fillQueue(mesh, mesh.first.slug)
      expect((await mesh.first.agent.post('/api/v1/logs', entries(1))).status).toBe(503)
      _writer[Symbol.dispose]()
      await all()
    }
    expect((await mesh.first.agent.post('/api/v1/logs', entries(1))).status).toBe(200)
    expect((await mesh.first.agent.post('/api/v1/logs', entries(1))).status).toBe(429)
  })
})

test('the SDK retries as Retry-After says and loses nothing', async () => {
  const agent = await keyWithRate(mesh.first, 1)
  expect((await agent.post('/api/v1/logs', entries(11))).status).toBe(200)
  const reporter = createReporter({ url: mesh.url, apiKey: agent.key })
  for (const entry of entries(5)) reporter.report(entry)
  const flushed = reporter.flush()
  await until(() => reporter.stats().retries > 0, 'the SDK retries after 429')
  clock.advance(2_000)
  expect(await flushed).toMatchObject({ accepted: 5, pending: 0, dropped: [] })
  await reporter.close()
  expect(await stored(mesh.first)).toBe(16)
})
