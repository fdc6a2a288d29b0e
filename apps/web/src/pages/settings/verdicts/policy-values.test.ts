import type { VerdictPolicy } from '@sentinelmesh/api'
import { expect, test } from 'vitest'
import { faultOf, toPolicy, toTypedPolicy } from './policy-values.ts'

const POLICY: VerdictPolicy = {
  mode: 'enforce',
  thresholds: { block: 80, ask: null, flag: 40 },
  kinds: { prompt: { at_most: 'flag', block_hidden_instructions: false } },
  unasked: 'warn',
  rules: [{ rule_id: 'sm-inj-001', verdict: 'block' }],
  agents: [
    { sender: 'agent.ci*', thresholds: null },
    { sender: 'agent.ops', thresholds: { block: null, ask: 70, flag: null } },
  ],
  budget_ms: 200,
  past_budget: { otherwise: 'open', kinds: { tool_call: 'closed' } },
  hash: 'h',
  updated_at: null,
  updated_by: null,
}

test('a policy survives the round trip through the form', () => {
  const { hash: _hash, updated_at: _at, updated_by: _by, ...sent } = POLICY
  expect(toPolicy(toTypedPolicy(POLICY))).toEqual(sent)
})

test('failing closed by default selects every kind that is not open', () => {
  const typed = toTypedPolicy({ ...POLICY, past_budget: { otherwise: 'closed', kinds: { prompt: 'open' } } })
  expect(typed.closedKinds).toContain('tool_call')
  expect(typed.closedKinds).not.toContain('prompt')
})

test.each([
  ['a risk of 101', { thresholds: { block: '101', ask: '', flag: '' } }, 'from 1 to 100'],
  ['a risk that is not a number', { thresholds: { block: 'high', ask: '', flag: '' } }, 'from 1 to 100'],
  ['an agent without a name', { agents: [{ row: 0, sender: ' ', thresholds: null }] }, 'name for each agent'],
  ['a rule without an id', { rules: [{ row: 0, ruleId: '', verdict: 'flag' as const }] }, 'ID for each rule'],
  ['a budget of half a millisecond', { budgetMs: '0.5' }, 'milliseconds'],
  ['a budget of eleven seconds', { budgetMs: '11000' }, 'at most 10,000'],
])('%s is reported', (_name, change, said) => {
  expect(faultOf({ ...toTypedPolicy(POLICY), ...change })).toContain(said)
})

test('a policy from the server has no problem', () => {
  expect(faultOf(toTypedPolicy(POLICY))).toBeUndefined()
})
