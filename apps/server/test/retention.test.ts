import { describe, expect, test } from 'vitest'
import type { OrgId, Seq } from '@sentinelmesh/api'
import { ruleVersionStore } from '@sentinelmesh/db'
import { systemClock } from '../src/clock.ts'
import { purgeOrg } from '../src/consumers/retention/purge.ts'
import { json, type Client } from './client.ts'
import { startMesh, type Mesh, type Org } from './start-mesh.ts'

const DAY_MS = 24 * 3600 * 1000

function steppedClock() {
  let now = Date.now()
  return { ...systemClock, now: () => now, monotonic: () => now, pass: (ms: number) => void (now += ms) }
}

async function report(client: Client, count: number, payload = 'hello'): Promise<void> {
  const entries = Array.from({ length: count }, () => ({ sender: 'agent.a', payload }))
  const { accepted } = await json<{ accepted: number }>(client.post('/api/v1/logs', entries))
  expect(accepted).toBe(count)
}

async function purge({ running }: Mesh, { slug }: Org): Promise<number> {
  const { database, clock, config, ruleSets, orgBySlug } = running.deps
  const builtinRules = [...ruleSets.builtin.keys()]
  const deps = { database, retentionDays: config.retentionDays, builtinRules, onPurged: () => {} }
  const org = (await orgBySlug(slug))?.id as OrgId
  return purgeOrg(deps, org, clock.now() * 1000, new AbortController().signal)
}

const stored = async (org: Org) => (await org.manager.trpc.settings.retention.get.query()).stored.entries
const KEPT = { days: null, max_bytes: null, rollups_days: null }

test('each org keeps its entries for its own number of days or for the default', async () => {
  const clock = steppedClock()
  await using mesh = await startMesh({ clock, settings: { RETENTION_DAYS: '10' } })
  const { first, second } = mesh
  for (const org of [first, second]) await report(org.agent, 3)
  const changed = await first.manager.trpc.settings.retention.update.mutate({ ...KEPT, days: 2 })
  expect(changed).toMatchObject({ days: 2, default_days: 10, in_force: { days: 2, max_bytes: null, rollups_days: 2 } })
  clock.pass(3 * DAY_MS)
  for (const org of [first, second]) await report(org.agent, 1)
  expect(await first.manager.trpc.settings.retention.preview.query(KEPT)).toEqual({ entries: 0, estimated: false })
  expect(await first.manager.trpc.settings.retention.preview.query({ ...KEPT, days: 2 })).toEqual({
    entries: 3,
    estimated: false,
  })
  expect([await purge(mesh, first), await purge(mesh, second)]).toEqual([3, 0])
  expect([await stored(first), await stored(second)]).toEqual([1, 4])
})

test('beyond max_bytes the oldest entries are deleted, and a preview estimates how many', async () => {
  await using mesh = await startMesh()
  const { first } = mesh
  const { trpc } = first.manager
  for (let n = 0; n < 5; n++) await report(first.agent, 100, 'x'.repeat(10_000))
  const input = { ...KEPT, max_bytes: 2 * 1024 * 1024 }
  expect(await trpc.settings.retention.preview.query(input)).toEqual({ entries: 291, estimated: true })
  await trpc.settings.retention.update.mutate(input)
  expect(await purge(mesh, first)).toBe(291)
  const { bytes, entries } = (await trpc.settings.retention.get.query()).stored
  expect({ entries, bytes }).toEqual({ entries: 209, bytes: 2_090_000 })
})

test('roll-ups are kept for rollups_days, and a removed rule is deleted with its last match', async () => {
  const clock = steppedClock()
  await using mesh = await startMesh({ clock, settings: { RETENTION_DAYS: '1' } })
  const { first } = mesh
  const { trpc } = first.manager
  const text = `title: T\nid: own-1\nlevel: high\nlogsource: {product: ai_agent}\ndetection: {s: {payload|contains: secret-word}, condition: s}\n`
  const { hash } = await trpc.rules.create.mutate({ text })
  await report(first.agent, 2, 'a secret-word')
  await trpc.rules.remove.mutate({ id: 'own-1' })
  await trpc.settings.retention.update.mutate({ ...KEPT, rollups_days: 5 })
  const { database, orgBySlug } = mesh.running.deps
  const org = (await orgBySlug('acme'))?.id as OrgId
  const version = () => ruleVersionStore(database.read).get(org, hash)
  const range = { from: 0, to: clock.now() * 1000 + DAY_MS * 1000 }
  const counts = async () =>
    (await database.rollups.keys(org, 'all', range, { limit: 1, orderBy: 'count' })).map(({ count }) => count)

  expect(await purge(mesh, first)).toBe(0)
  expect(await version()).toBeDefined()
  clock.pass(2 * DAY_MS)
  expect(await purge(mesh, first)).toBe(2)
  expect(await version()).toBeUndefined()
  expect(await counts()).toEqual([2])
  clock.pass(4 * DAY_MS)
  expect(await purge(mesh, first)).toBe(0)
  expect(await counts()).toEqual([])
  const { items } = await database.logs.read(org, 0 as Seq, { entries: 5, bytes: 1_000 })
  expect(items).toEqual([{ type: 'gap', from: 1, to: 2, reason: 'retention' }])
  expect(await database.rollups.verify(org)).toEqual([])
})

test('invalid values are rejected with the name of the field', async () => {
  await using mesh = await startMesh()
  const { manager } = mesh.first
  for (const [body, says] of [
    [{ ...KEPT, days: 0 }, 'days'],
    [{ ...KEPT, days: 1.5 }, 'days'],
    [{ ...KEPT, max_bytes: 10 }, 'max_bytes'],
    [{ ...KEPT, days: 30, rollups_days: 29 }, 'rollups_days is 29, less than the 30 days'],
    [{ days: 30 }, 'max_bytes'],
    [{ ...KEPT, weeks: 1 }, 'weeks'],
  ] as const) {
    const reply = await manager.send('PUT', '/api/v1/settings/retention', body)
    expect(reply.status).toBe(422)
    expect(await reply.text()).toContain(says)
  }
  const put = await manager.send('PUT', '/api/v1/settings/retention', { ...KEPT, days: 30, rollups_days: 365 })
  expect(put.status).toBe(200)
  expect(await json(manager.get('/api/v1/settings/retention'))).toMatchObject({ days: 30, rollups_days: 365 })
})

describe('when the clock jumps', () => {
  const YEAR_MS = 365 * DAY_MS
  const minute = async ({ running }: Mesh, clock: ReturnType<typeof steppedClock>, count = 1) => {
    for (let n = 0; n < count; n++) {
      clock.pass(60_000)
      await running.deps.jobs.runAll()
    }
  }
  const ready = async ({ nobody }: Mesh) => json<Record<string, unknown>>(nobody.get('/readyz'))

  test('ahead, retention waits, and readiness, notices, log and metrics report it until it is over', async () => {
    const clock = steppedClock()
    await using mesh = await startMesh({ clock, settings: { RETENTION_DAYS: '10' } })
    const { first } = mesh
    await report(first.agent, 3)
    await minute(mesh, clock)
    clock.pass(YEAR_MS)
    await minute(mesh, clock, 10)
    expect(await stored(first)).toBe(3)
    expect(await ready(mesh)).toMatchObject({
      status: 'degraded',
      failing_jobs: [],
      retention: expect.stringContaining('365 days ahead'),
    })
    expect(await first.manager.trpc.settings.notices.query()).toMatchObject([{ id: 'retention-clock' }])
    const warnings = () =>
      mesh
        .logged()
        .split('\n')
        .filter((line) => line.includes('365 days ahead'))
    expect(warnings()).toHaveLength(1)
    expect(await (await mesh.nobody.get('/metrics')).text()).toMatch(/retention_clock_ahead_seconds 3153\d{4}/)

    clock.pass(-YEAR_MS)
    await minute(mesh, clock)
    expect(await stored(first)).toBe(3)
    expect(await ready(mesh)).toMatchObject({ status: 'ready' })
    expect(await first.manager.trpc.settings.notices.query()).toEqual([])
  })

  test('ahead, entries beyond max_bytes and entries that really reach their age are still deleted', async () => {
    const clock = steppedClock()
    await using mesh = await startMesh({ clock, settings: { RETENTION_DAYS: '1' } })
    const { first, second } = mesh
    await report(second.agent, 1)
    await minute(mesh, clock, 1_435)
    for (let n = 0; n < 2; n++) await report(first.agent, 100, 'x'.repeat(10_000))
    clock.pass(YEAR_MS)
    await minute(mesh, clock)
    await first.manager.trpc.settings.retention.update.mutate({ ...KEPT, max_bytes: 1024 * 1024 })
    await minute(mesh, clock)
    expect([await stored(first), await stored(second)]).toEqual([104, 1])
    await minute(mesh, clock, 10)
    expect([await stored(first), await stored(second)]).toEqual([104, 0])
  })

  test('ahead before a start, retention waits until the clock is accepted', async () => {
    const clock = steppedClock()
    await using mesh = await startMesh({ clock, settings: { RETENTION_DAYS: '10' } })
    const { first, system } = mesh
    await report(first.agent, 3)
    await minute(mesh, clock)
    clock.pass(30 * DAY_MS)
    await mesh.restart()
    await minute(mesh, clock, 3)
    expect(await stored(first)).toBe(3)
    await expect(first.manager.trpc.settings.retention.acceptClock.mutate()).rejects.toThrow('Only the command line')
    const { from, to } = await system.trpc.settings.retention.acceptClock.mutate()
    expect(Date.parse(to) - Date.parse(from)).toBeGreaterThan(29 * DAY_MS)
    await minute(mesh, clock)
    expect(await stored(first)).toBe(0)
    expect(await ready(mesh)).toMatchObject({ status: 'ready' })
    const audit = await mesh.running.deps.database.read.selectFrom('audit').select(['action', 'details']).execute()
    expect(audit.at(-1)).toEqual({ action: 'retention.accept_clock', details: JSON.stringify({ from, to }) })
  })

  test('ahead, the wait continues after a restart and ends after one day of running time', async () => {
    const clock = steppedClock()
    await using mesh = await startMesh({ clock, settings: { RETENTION_DAYS: '10' } })
    const { first } = mesh
    await report(first.agent, 3)
    await minute(mesh, clock)
    clock.pass(30 * DAY_MS)
    await minute(mesh, clock, 1_430)
    await mesh.restart()
    await minute(mesh, clock, 10)
    expect(await stored(first)).toBe(3)
    await minute(mesh, clock, 2)
    expect(await stored(first)).toBe(0)
  })
})
