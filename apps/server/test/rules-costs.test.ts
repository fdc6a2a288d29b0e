import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CustomEvaluator } from '@sentinelmesh/rules'
import { LIMITS } from '../src/rule-sets/limits.ts'
import { json } from './client.ts'
import { DEAR_EXPRESSIONS, noise } from './dear-expressions.ts'
import { aRule } from './rule-texts.ts'
import { startMesh, type Mesh } from './start-mesh.ts'
import { until } from './until.ts'

/** Takes as many milliseconds as the payload says. */
const expensive: CustomEvaluator = {
  id: 'in-code',
  title: 'Waits as it is told to',
  level: 'low',
  points: 15,
  family: 'in-code',
  logsource: { product: 'ai_agent' },
  fields: ['payload'],
  version: '1',
  evaluate(event) {
    const [leaf] = event.leavesOf('payload')
    const wanted = /^work (\d+)$/.exec(leaf?.text ?? '')?.[1]
    if (leaf === undefined || wanted === undefined) return null
    // Counts only time in which this process runs, because other processes and threads use the machine as well.
    const [began, begun] = [performance.now(), process.cpuUsage()]
    for (let worked = 0; worked < Number(wanted) * 1000;) {
      const { user, system } = process.cpuUsage(begun)
      worked = Math.min(user + system, (performance.now() - began) * 1000)
    }
    return [{ leaf, start: 0, end: 4 }]
  },
}

let mesh: Mesh
beforeAll(async () => {
  mesh = await startMesh({ evaluators: [expensive] })
})
afterAll(() => mesh[Symbol.asyncDispose]())

const report = (payload: string, org = mesh.first) =>
  json<{ alerts: { rule_id: string }[] }>(org.agent.post('/log', { sender: 'agent.walk', payload }))
const stateOf = async (id: string, org = mesh.first) => (await org.reader.trpc.rules.get.query({ id })).state
/** Over the budget of one entry, but below the limit for an immediate quarantine. */
const EXPENSIVE = `work ${(LIMITS.entryJudgeMicros / 1000) * 1.5}`

test('an evaluator in code can be overridden and disabled like any other rule', async () => {
  const { manager } = mesh.first
  expect((await report('work 0')).alerts.map((alert) => alert.rule_id)).toEqual(['in-code'])
  expect(await manager.trpc.rules.override.mutate({ id: 'in-code', points: 7 })).toMatchObject({ effective_points: 7 })
  await manager.trpc.rules.setEnabled.mutate({ id: 'in-code', enabled: false })
  expect((await report('work 0')).alerts).toEqual([])
  await manager.trpc.rules.setEnabled.mutate({ id: 'in-code', enabled: true })
  await manager.trpc.rules.override.mutate({ id: 'in-code', points: null })
})

test('a rule too expensive for several entries is quarantined in its org until it is released', async () => {
  const { manager } = mesh.first
  for (let n = 1; n < LIMITS.ruleStrikes; n++) await report(EXPENSIVE)
  await report('work 0')
  expect(await stateOf('in-code')).toBe('on')
  await report(EXPENSIVE)
  await until(async () => (await stateOf('in-code')) === 'quarantined', 'the rule is quarantined')
  const rule = await manager.trpc.rules.get.query({ id: 'in-code' })
  expect(rule.quarantine).toMatchObject({ strikes: LIMITS.ruleStrikes, payload_bytes: EXPENSIVE.length })
  expect(rule.quarantine?.reason).toContain('ruleMicros')
  expect(rule.quarantine?.micros).toBeGreaterThan(rule.quarantine?.budget_micros ?? 0)
  expect((await manager.trpc.rules.list.query({ state: 'quarantined' })).items.map(({ id }) => id)).toEqual(['in-code'])
  expect((await report('work 0')).alerts).toEqual([])

  // The rule still runs in other orgs.
  expect(await stateOf('in-code', mesh.second)).toBe('on')
  expect((await report('work 0', mesh.second)).alerts).toHaveLength(1)

  const records = await mesh.running.deps.database.read
    .selectFrom('audit')
    .select(['principal', 'target'])
    .where('action', '=', 'rules.quarantine')
    .execute()
  expect(records).toEqual([{ principal: 'system:costs', target: 'in-code' }])
  expect(await (await mesh.nobody.get('/metrics')).text()).toContain('sentinelmesh_rules_quarantined_total 1')

  await mesh.restart()
  expect(await stateOf('in-code')).toBe('quarantined')
  await mesh.first.manager.trpc.rules.release.mutate({ id: 'in-code' })
  expect((await report('work 0')).alerts).toHaveLength(1)
})

test('a valid but far too expensive rule is quarantined after one entry, without any built-in rule', async () => {
  const { manager } = mesh.second
  const text = aRule({ id: 'dear' }).replace(/payload\|contains: .*/, `payload|re: [${DEAR_EXPRESSIONS}]`)
  await manager.trpc.rules.create.mutate({ text })
  await report(noise(20_000), mesh.second)
  await until(async () => (await stateOf('dear', mesh.second)) === 'quarantined', 'the rule is quarantined')
  const { counts } = await manager.trpc.rules.list.query({})
  expect(counts.quarantined).toBe(1)
  // A new text does not end the quarantine. Whoever fixed the rule must release it.
  const { hash } = await manager.trpc.rules.get.query({ id: 'dear' })
  await manager.trpc.rules.update.mutate({ id: 'dear', text: aRule({ id: 'dear' }), expected_hash: hash })
  expect((await report('canary', mesh.second)).alerts).toEqual([])
  await manager.trpc.rules.release.mutate({ id: 'dear' })
  expect((await report('canary', mesh.second)).alerts.map((alert) => alert.rule_id)).toEqual(['dear'])
}, 60_000)
