import { afterAll, beforeAll, expect, test } from 'vitest'
import { json, type Client } from './client.ts'
import { aRule } from './rule-texts.ts'
import { startMesh, type Mesh } from './start-mesh.ts'
import { until } from './until.ts'

let mesh: Mesh
beforeAll(async () => {
  mesh = await startMesh()
})
afterAll(() => mesh[Symbol.asyncDispose]())

const RULES = '/api/v1/rules'

/** Rules whose expressions reach more states than any cache can hold. */
function expensive(rules: number, patterns: number): string {
  const texts = Array.from({ length: rules }, (_, rule) => {
    const values = Array.from({ length: patterns }, (_, n) => `      - '[ab]*a[ab]{${300 + n}}c'`)
    return aRule({ id: `dear-${rule}` }).replace(
      'payload|contains: "canary"',
      ['payload|re|all:', ...values].join('\n'),
    )
  })
  return texts.join('---\n')
}

const noise = (chars: number) => Array.from({ length: chars }, (_, n) => 'ab'[(n * n * 7 + (n >> 3)) % 2]).join('')
const entry = (payload: string) => JSON.stringify({ sender: 'agent.walk', kind: 'message', payload })

/** Sends requests of another org and of nobody during a slow request. Returns how many were answered before it. */
async function countAnsweredDuring(slow: Promise<unknown>): Promise<number> {
  let isAnswered = false
  const answered = slow.finally(() => (isAnswered = true))
  let others = 0
  do {
    const logged = await mesh.second.agent.post('/log', { sender: 'agent.walk', payload: 'on my way' })
    const alive = await mesh.nobody.get('/healthz')
    const checked = await mesh.second.reader.post(`${RULES}/check`, { text: aRule() })
    expect([logged.status, alive.status, checked.status]).toEqual([200, 200, 200])
    if (!isAnswered) others++
  } while (!isAnswered)
  await answered
  return others
}

const ATTACKS: [string, string, object][] = [
  ['twenty rules with eight expensive expressions', 'try', { text: expensive(20, 8), entry: entry(noise(250 * 1024)) }],
  [
    '20,000 unknown keys',
    'check',
    { text: `${aRule()}${Array.from({ length: 20_000 }, (_, n) => `key${n}: 1`).join('\n')}\n` },
  ],
  ['250,000 brackets', 'check', { text: `a: ${'['.repeat(250_000)}` }],
  ['200,000 values', 'check', { text: `a: [${'1,'.repeat(200_000)}1]` }],
]

test.each(ATTACKS)('while the server processes %s of one org, it answers all others', async (_what, path, body) => {
  const slow = mesh.first.reader.post(`${RULES}/${path}`, body)
  const others = await countAnsweredDuring(slow)
  const reply = await slow
  // The job was fast enough to finish. The test below checks that it ran in a thread.
  if (reply.status === 200) return
  const refusal = await json<{ code: string; detail: string; limit: string }>(reply)
  expect(others).toBeGreaterThan(0)
  expect([reply.status, refusal.code]).toEqual([422, 'too_expensive'])
  expect(refusal.detail).toMatch(/^The (check|trial) .* \(limit \w+\)\. \w+/)
})

/** Returns the number of finished jobs in each lane, with any outcome. */
async function jobsOf(): Promise<Record<string, number>> {
  const text = await (await mesh.system.get('/metrics')).text()
  const jobs: Record<string, number> = { check: 0, edit: 0, replay: 0, load: 0 }
  for (const [, lane = '', count] of text.matchAll(
    /^sentinelmesh_rule_jobs_total\{lane="(\w+)",outcome="\w+"\} (\d+)$/gm,
  ))
    jobs[lane] = (jobs[lane] ?? 0) + Number(count)
  return jobs
}

const DAY = { from: '2026-01-05T00:00:00Z', to: '2026-01-06T00:00:00Z' }

test('each operation on rules runs in threads of its lanes', async () => {
  const { trpc } = mesh.second.manager
  const text = aRule({ id: 'threads' })
  const conditions = [{ field: 'sender', value: 'agent.walk' }]
  const asked: [string, readonly string[], () => Promise<unknown>][] = [
    ['check', ['check'], () => trpc.rules.check.mutate({ text })],
    ['try', ['edit'], () => trpc.rules.try.mutate({ text, entry: entry('a canary') })],
    ['create', ['edit', 'check'], () => trpc.rules.create.mutate({ text })],
    ['get', ['check'], () => trpc.rules.get.query({ id: 'threads' })],
    ['try by id', ['edit'], () => trpc.rules.try.mutate({ id: 'threads', entry: entry('a canary') })],
    [
      'update',
      ['edit', 'check'],
      async () => {
        const { hash } = await trpc.rules.get.query({ id: 'threads' })
        await trpc.rules.update.mutate({ id: 'threads', text: `${text}# changed\n`, expected_hash: hash })
      },
    ],
    ['preview', ['edit', 'replay'], () => trpc.rules.previewFilter.mutate({ rule_id: 'threads', conditions })],
    ['filter', ['edit', 'check'], () => trpc.rules.addFilter.mutate({ rule_id: 'threads', conditions })],
    [
      'import',
      ['edit', 'load'],
      () => trpc.rules.import.mutate({ sources: [{ file: null, text: aRule({ id: 'imported' }) }] }),
    ],
    [
      'backtest',
      ['replay'],
      () => mesh.second.manager.post(`${RULES}/backtest`, { text, ...DAY }).then((reply) => reply.text()),
    ],
  ]
  for (const [what, lanes, ask] of asked) {
    const before = await jobsOf()
    await ask()
    const after = await jobsOf()
    const grown = lanes.filter((lane) => (after[lane] ?? 0) > (before[lane] ?? 0))
    expect([what, grown]).toEqual([what, lanes])
  }
})

test('after such an attack, the same org can check and try rules as before', async () => {
  const { reader } = mesh.first
  expect((await reader.trpc.rules.check.mutate({ text: aRule({ id: 'r' }) })).rules).toMatchObject([{ id: 'r' }])
  const tried = await reader.trpc.rules.try.mutate({ text: aRule({ id: 'r' }), entry: entry('a canary') })
  expect(tried.results).toMatchObject([{ rule_id: 'r', held: true }])
})

test('too many waiting requests of one org get 429 with Retry-After, and another org is served', async () => {
  const { reader } = mesh.first
  const stop = new AbortController()
  const body = JSON.stringify({ text: expensive(20, 8), entry: entry(noise(250 * 1024)) })
  const headers = { ...reader.headers, 'content-type': 'application/json' }
  const many = Array.from({ length: 24 }, () =>
    fetch(`${mesh.url}${RULES}/try`, { method: 'POST', headers, body, signal: stop.signal }).catch(() => undefined),
  )
  const refused = await Promise.race(many.map((one) => untilRefused(one)))
  expect(refused.headers.get('retry-after')).toMatch(/^\d+$/)
  expect(await json(refused)).toMatchObject({ code: 'rate_limited', limit: 'ruleJobsWaiting' })
  const tried = mesh.second.reader.post(`${RULES}/try`, { text: aRule({ id: 'r' }), entry: entry('a canary') })
  expect((await tried).status).toBe(200)
  stop.abort()
  await Promise.all(many)
})

/** Never resolves for a request that is not rejected with 429. */
async function untilRefused(asked: Promise<Response | undefined>): Promise<Response> {
  const reply = await asked
  return reply?.status === 429 ? reply : new Promise(() => {})
}

async function metricsOf(client: Client): Promise<string> {
  return (await client.get('/metrics')).text()
}

test('a client disconnect aborts the job, and the metrics count it as aborted', async () => {
  const { reader } = mesh.first
  const aborted = (text: string) =>
    Number(/^sentinelmesh_rule_jobs_total\{lane="edit",outcome="aborted"\} (\d+)$/m.exec(text)?.[1] ?? 0)
  const before = aborted(await metricsOf(mesh.system))
  const stop = new AbortController()
  const slow = () =>
    fetch(`${mesh.url}${RULES}/try`, {
      method: 'POST',
      headers: { ...reader.headers, 'content-type': 'application/json' },
      body: JSON.stringify({ text: expensive(20, 8), entry: entry(noise(250 * 1024)) }),
      signal: stop.signal,
    })
  const hungUp = [slow(), slow()].map((reply) => expect(reply).rejects.toMatchObject({ name: 'AbortError' }))
  // The org has one slot, so one job waits while the other runs.
  const metrics = async () => (await mesh.system.get('/metrics')).text()
  await until(
    async () => /^sentinelmesh_rule_jobs_waiting\{lane="edit"\} 1$/m.test(await metrics()),
    'one job waits for the other',
  )
  stop.abort()
  await Promise.all(hungUp)
  // The slot is free again, so the next job runs to its end.
  const next = await reader.trpc.rules.try.mutate({ text: aRule({ id: 'r' }), entry: entry('a canary') })
  expect(next.results).toMatchObject([{ held: true }])
  await until(async () => aborted(await metrics()) > before, 'the aborted job is counted')
})

test('a rule with more values than the limit is rejected when it is saved or imported', async () => {
  const { manager } = mesh.first
  const values = Array.from({ length: 10_001 }, (_, n) => `v${n}`).join(', ')
  const text = aRule({ id: 'wide' }).replace('"canary"', `[${values}]`)
  const created = await manager.post(RULES, { text })
  expect([created.status, await json(created)]).toMatchObject([413, { code: 'too_large', limit: 'ruleValues' }])
  const imported = await manager.trpc.rules.import.mutate({ sources: [{ file: 'wide.yml', text }] })
  expect(imported).toMatchObject({ loaded: [], refused: [{ id: 'wide', problems: [{ code: 'too_large' }] }] })
})

test('a shutdown aborts running jobs instead of waiting for their deadline', async () => {
  await using other = await startMesh()
  const slow = other.first.reader.post(`${RULES}/try`, {
    text: expensive(20, 8),
    entry: entry(noise(250 * 1024)),
  })
  await other.second.reader.trpc.rules.check.mutate({ text: aRule() })
  await other.stop()
  const reply = await slow.catch(() => undefined)
  expect([503, undefined]).toContain(reply?.status)
})
