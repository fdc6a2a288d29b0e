import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Principal } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import { services } from '../src/services/services.ts'
import { slots } from '../src/services/verb.ts'
import { callBy } from './call.ts'
import { json, type Client } from './client.ts'
import { aCorrelation, aFilter, aRule } from './rule-texts.ts'
import { startMesh, type Mesh } from './start-mesh.ts'
import { until } from './until.ts'

const DAY = { from: '2026-01-05T00:00:00Z', to: '2026-01-06T00:00:00Z' }
const WORDS = ['canary', 'sparrow', 'nothing', 'nothing', 'nothing']
const ENTRIES = 1_000

let mesh: Mesh
beforeAll(async () => {
  mesh = await startMesh()
  const { manager, agent } = mesh.first
  await manager.trpc.rules.create.mutate({ text: aRule({ id: 'birds' }) })
  const entries = Array.from({ length: ENTRIES }, (_, n) => ({
    sender: `agent.${n % 4}`,
    payload: `a ${WORDS[n % WORDS.length]}`,
    timestamp: new Date(Date.parse(DAY.from) + n * 60_000).toISOString(),
  }))
  await agent.post('/api/v1/logs', entries)
})
afterAll(() => mesh[Symbol.asyncDispose]())

async function backtest(client: Client, input: Parameters<Client['backtest']>[0]) {
  using running = client.backtest(input)
  const result = await running.result()
  return { result, items: running.items }
}

test('a backtest streams progress, then matches over time, by sender, and compared to current rules', async () => {
  const { manager } = mesh.first
  const text = aRule({ id: 'birds', contains: 'sparrow' })
  const { result, items } = await backtest(manager, { text, ...DAY })
  expect(items[0]).toMatchObject({ type: 'progress', scanned: 0, fraction: 0 })
  expect(items.at(-1)).toBe(result)
  expect(result).toMatchObject({ scanned: 1_000, matches: 200, incomplete: false, problems: [] })
  expect(result.series.reduce((sum, { matches }) => sum + matches, 0)).toBe(200)
  expect(result.rules).toMatchObject([{ rule_id: 'birds', matches: 200, changed: { new: 200, gone: 200, same: 0 } }])
  expect(result.rules[0]?.top.sender.toSorted((a, b) => (a.value < b.value ? -1 : 1))).toEqual(
    ['agent.0', 'agent.1', 'agent.2', 'agent.3'].map((value) => ({ value, matches: 50 })),
  )
  expect(result.rules[0]?.examples[0]).toMatchObject({ at: '2026-01-05T00:01:00.000Z', sender: 'agent.1' })

  const asItIs = await backtest(manager, { id: 'birds', ...DAY })
  expect(asItIs.result.rules).toMatchObject([{ matches: 200, changed: { new: 0, gone: 0, same: 200 } }])
  const other = await backtest(manager, { text: aRule({ id: 'unknown' }), ...DAY })
  expect(other.result.rules).toMatchObject([{ matches: 200, changed: null }])
  // No change is different from nothing to compare with.
  const quiet = await backtest(manager, { text: aRule({ id: 'birds' }), from: DAY.to, to: '2026-01-07T00:00:00Z' })
  expect(quiet.result.rules).toMatchObject([{ matches: 0, changed: { new: 0, gone: 0, same: 0 } }])
})

test("a backtest of a filter or a correlation runs the org's rules that it references", async () => {
  const { manager } = mesh.first
  const filter = await backtest(manager, { text: aFilter({ id: 'f', rules: '[birds]', sender: 'agent.0' }), ...DAY })
  expect(filter.result.rules).toMatchObject([
    { rule_id: 'birds', matches: 150, filtered: 50, changed: { new: 0, gone: 50, same: 150 } },
  ])
  const text = aCorrelation({ id: 'several', rules: '[birds]' }).replace('10m', '1h')
  const correlation = await backtest(manager, { text, ...DAY })
  expect(correlation.result.rules).toMatchObject([{ rule_id: 'several', kind: 'correlation' }])
  expect(correlation.result.matches).toBeGreaterThan(0)
})

test('a backtest accepts a range without entries and rejects one that ends before it begins', async () => {
  const { manager } = mesh.first
  const empty = await backtest(manager, { id: 'birds', from: '2025-01-01T00:00:00Z', to: '2025-01-02T00:00:00Z' })
  expect(empty.result).toMatchObject({ scanned: 0, matches: 0, alerts_per_day: 0, incomplete: false })
  expect(empty.result.series.every(({ matches }) => matches === 0)).toBe(true)
  for (const range of [
    { from: DAY.to, to: DAY.from },
    { from: DAY.from, to: DAY.from },
  ]) {
    const reply = await manager.post('/api/v1/rules/backtest', { id: 'birds', ...range })
    expect([reply.status, await json(reply)]).toMatchObject([422, { detail: [{ loc: ['body', 'to'] }] }])
  }
})

test('a backtest rejects invalid input before any result is sent', async () => {
  const { manager } = mesh.first
  const ask = async (what: object) => {
    const reply = await manager.post('/api/v1/rules/backtest', { ...what, ...DAY })
    return [reply.status, (await json<{ code: string }>(reply)).code]
  }
  expect(await ask({ text: 'title: [' })).toEqual([422, 'rule_invalid'])
  expect(await ask({ text: '# nothing\n' })).toEqual([422, 'rule_invalid'])
  expect(await ask({ id: 'nowhere' })).toEqual([404, 'not_found'])
  expect(await ask({})).toEqual([422, 'invalid_input'])
  expect(await ask({ id: 'birds', text: aRule() })).toEqual([422, 'invalid_input'])
  expect(await ask({ text: `# ${'x'.repeat(LIMITS.ruleFileChars)}` })).toEqual([422, 'invalid_input'])
})

test('a backtest reads only the entries and rules of its own org', async () => {
  const { manager } = mesh.second
  expect((await backtest(manager, { text: aRule(), ...DAY })).result).toMatchObject({ scanned: 0, matches: 0 })
  await expect(backtest(manager, { id: 'birds', ...DAY })).rejects.toMatchObject({
    cause: { data: { code: 'not_found' } },
  })
})

test('a backtest frees its slot when its client disconnects', async () => {
  const { manager } = mesh.first
  for (let left = 0; left < LIMITS.backtestsAtOnce * 3; left++) {
    const stop = new AbortController()
    const reply = await fetch(`${mesh.url}/api/v1/rules/backtest`, {
      method: 'POST',
      headers: { ...manager.headers, 'content-type': 'application/json' },
      body: JSON.stringify({ id: 'birds', ...DAY }),
      signal: stop.signal,
    })
    if (reply.status === 200) await reply.body?.getReader().read()
    stop.abort()
  }
  let status = 0
  await until(async () => {
    status = (await manager.post('/api/v1/rules/backtest', { id: 'birds', ...DAY })).status
    return status !== 429
  }, 'a slot is free')
  expect(status).toBe(200)
})

test('a backtest is rejected beyond the concurrency limit of its org, which does not affect other orgs', async () => {
  const { rules } = services({ ...mesh.running.deps, slots: slots() })
  const begin = async (slug: string) => {
    const org = (await mesh.running.deps.orgBySlug(slug)) ?? null
    const principal: Principal = { type: 'system', org, name: 'cli' }
    const running = rules.backtest(callBy(principal), { id: 'sm-cmd-001', ...DAY })
    const iterator = running[Symbol.asyncIterator]()
    expect(await iterator.next()).toMatchObject({ value: { type: 'progress' } })
    return iterator
  }
  const running = []
  for (let n = 0; n < LIMITS.backtestsAtOnce; n++) running.push(await begin('acme'))
  await expect(begin('acme')).rejects.toMatchObject({ code: 'rate_limited' })
  await (await begin('rival')).return?.()
  await running[0]?.return?.()
  await (await begin('acme')).return?.()
  await running[1]?.return?.()
})
