import { afterAll, beforeAll, expect, test } from 'vitest'
import { DEFAULT_POLICY } from '../src/services/verdicts/default-policy.ts'
import { json } from './client.ts'
import { aRule } from './rule-texts.ts'
import { startMesh, type Mesh } from './start-mesh.ts'
import { until } from './until.ts'

let mesh: Mesh
beforeAll(async () => {
  mesh = await startMesh({})
})
afterAll(() => mesh[Symbol.asyncDispose]())

/** Letters a and b without a period, so that each character leads an automaton to a new state. */
function noise(length: number): string {
  let state = 1
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return state & 0x1_00_00 ? 'a' : 'b'
  }).join('')
}

const hostile = (id: string, index: number) =>
  aRule({ id }).replace(
    /payload\|contains: .*/,
    `payload|re: [${Array.from({ length: 4 }, (_, n) => `'[ab]*a[ab]{${300 + 4 * index + n}}c'`).join(', ')}]`,
  )
const IDS = Array.from({ length: 10 }, (_, index) => `own-${index}`)

test('ten rules that are too expensive are listed as undecided and quarantined within five entries', async () => {
  const { manager, reader, agent } = mesh.first
  for (const [index, id] of IDS.entries()) await manager.trpc.rules.create.mutate({ text: hostile(id, index) })

  const { log_id: id } = await json<{ log_id: string }>(
    agent.post('/log', { sender: 'agent.walk', payload: noise(8 * 1024) }),
  )
  const entry = await reader.trpc.logs.get.query({ id })
  expect(entry.matches).toEqual([])
  expect(entry.undecided?.map(({ rule_id }) => rule_id)).toEqual(IDS)
  expect(entry.undecided?.[0]).toMatchObject({
    limit: 'ruleSteps',
    explained: expect.stringContaining('(limit ruleSteps)') as string,
  })
  const found = await reader.trpc.logs.page.query({ q: 'undecided:true' })
  expect(found.items.map((row) => row.id)).toEqual([id])

  // Each entry quarantines the rules over their own budget, and the most expensive ones if the total is exceeded.
  const quarantined = async () => (await manager.trpc.rules.list.query({ state: 'quarantined' })).items
  for (let entries = 1; entries <= 5; entries++) {
    if (entries > 1) await agent.post('/log', { sender: 'agent.walk', payload: noise(8 * 1024) })
    await until(async () => (await quarantined()).length >= Math.min(2 * entries, IDS.length), 'rules are quarantined')
  }
  expect((await quarantined()).map((rule) => rule.id).toSorted()).toEqual(IDS)
  const { quarantine } = await manager.trpc.rules.get.query({ id: 'own-0' })
  expect(quarantine?.reason).toMatch(
    /needed more than [\d,]+ steps of work for an entry of 8 KiB; the limit is [\d,]+ steps/,
  )

  const after = await json<{ log_id: string }>(agent.post('/log', { sender: 'agent.walk', payload: noise(8 * 1024) }))
  expect((await reader.trpc.logs.get.query({ id: after.log_id })).undecided).toBeUndefined()
}, 240_000)

test('the verdict for an entry with an undecided rule follows the past_budget policy', async () => {
  const { manager } = mesh.second
  const asker = await mesh.second.key(['verdict'])
  await manager.trpc.rules.create.mutate({ text: hostile('own', 0) })
  const { hash } = await manager.trpc.verdicts.policy.query()
  const policy = { ...DEFAULT_POLICY, budget_ms: 10_000, past_budget: { otherwise: 'closed', kinds: {} } } as const
  await manager.trpc.verdicts.setPolicy.mutate({ policy: { ...policy, rules: [], agents: [] }, expected_hash: hash })
  const asked = await json<{ verdict: string; would?: string; unjudged?: true; reason: string }>(
    asker.post('/api/v1/verdict', { sender: 'agent.walk', kind: 'tool_call', payload: noise(8 * 1024) }),
  )
  expect(asked).toMatchObject({ verdict: 'allow', would: 'block', unjudged: true })
  expect(asked.reason).toContain('needed too much work')
}, 240_000)
