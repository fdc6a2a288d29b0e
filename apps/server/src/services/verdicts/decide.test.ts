import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LogId, VerdictPolicyIn } from '@sentinelmesh/api'
import { LIMITS, VERDICTS } from '@sentinelmesh/api/constants'
import { combine } from '@sentinelmesh/rules/risk'
import type { Decidable } from '../../ingest/judge-parsed.ts'
import { verdictRules } from './decide.ts'
import { DEFAULT_POLICY } from './default-policy.ts'
import { reasonOf } from './reason.ts'

type Match = Decidable['matches'][number]

const aMatch = (ruleId: string, points: number, parts: Partial<Match> = {}): Match => ({
  ruleId,
  ruleHash: 'h',
  title: `Title of ${ruleId}`,
  level: 'high',
  points,
  family: ruleId,
  contributes: true,
  places: [],
  selections: [],
  filteredBy: null,
  ...parts,
})

const judged = (matches: readonly Match[] = [], parts: Partial<Decidable> = {}): Decidable => {
  const { reportedRisk = null } = parts
  const { risk } = combine({ matches, reportedRisk })
  return {
    sender: 'agent.a',
    receiver: null,
    kind: 'tool_call',
    matches,
    undecided: [],
    risk,
    hiddenRules: new Set(['r-hidden']),
    ...parts,
    reportedRisk,
  }
}

const decide = (policy: Partial<VerdictPolicyIn>, entry: Decidable) =>
  verdictRules({ ...DEFAULT_POLICY, ...policy }).decide(entry)
const verdictOf = (policy: Partial<VerdictPolicyIn>, entry: Decidable) => decide(policy, entry).verdict

describe('by risk', () => {
  test.each([
    [0, 'allow'],
    [29, 'allow'],
    [30, 'flag'],
    [59, 'flag'],
    [60, 'ask'],
    [79, 'ask'],
    [80, 'block'],
    [100, 'block'],
  ])('%i gets %s under the default policy', (risk, verdict) => {
    expect(verdictOf({}, judged([], { risk }))).toBe(verdict)
  })
  test('a threshold that is null is never reached', () => {
    const thresholds = { block: null, ask: null, flag: 30 }
    expect(verdictOf({ thresholds }, judged([], { risk: 100 }))).toBe('flag')
    expect(verdictOf({ thresholds: { ...thresholds, flag: null } }, judged([], { risk: 100 }))).toBe('allow')
  })
})

describe('by kind, under the default policy', () => {
  const hiddenOnly = [aMatch('r-hidden', 70)]
  const hidden = [...hiddenOnly, aMatch('other', 70)]
  const open = [aMatch('r-open', 70), aMatch('other', 70)]
  test.each([
    ['a prompt is flagged at most', { kind: 'prompt', sender: 'user' }, hidden, 'flag'],
    ['a question of an MCP server to the model is not limited', { kind: 'prompt', sender: 'mcp.s' }, open, 'block'],
    ['a result is flagged at most', { kind: 'tool_result' }, open, 'flag'],
    ['a result with a hidden instruction is withheld from risk 80', { kind: 'tool_result' }, hidden, 'block'],
    ['a result with a hidden instruction is flagged below risk 80', { kind: 'tool_result' }, hiddenOnly, 'flag'],
    [
      'a hidden instruction that a filter suppressed withholds nothing',
      { kind: 'tool_result' },
      [aMatch('r-hidden', 70, { filteredBy: 'f', contributes: false }), aMatch('other', 90)],
      'flag',
    ],
    ['a call is asked about from risk 60', { kind: 'tool_call' }, [aMatch('other', 60)], 'ask'],
    ['a call is blocked from risk 80', { kind: 'tool_call' }, open, 'block'],
  ] as const)('%s', (_what, parts, matches, verdict) => {
    expect(verdictOf({}, judged(matches, parts))).toBe(verdict)
  })

  test('a rule override is stricter than the limit', () => {
    const rules: VerdictPolicyIn['rules'] = [{ rule_id: 'r', verdict: 'block' }]
    expect(verdictOf({ rules }, judged([aMatch('r', 10)], { kind: 'prompt', sender: 'user' }))).toBe('block')
  })

  test('a policy can lift a limit', () => {
    expect(verdictOf({ kinds: {} }, judged(open, { kind: 'tool_result' }))).toBe('block')
  })
})

describe('by rule', () => {
  const rules = [
    { rule_id: 'r-block', verdict: 'block' },
    { rule_id: 'r-allow', verdict: 'allow' },
    { rule_id: 'r-flag', verdict: 'flag' },
  ] as const satisfies VerdictPolicyIn['rules']
  test.each([
    ['a rule that blocks does so whatever its points', [aMatch('r-block', 0)], 'block', 'r-block'],
    ['a rule that allows removes its own points from the risk', [aMatch('r-allow', 90)], 'allow', null],
    ['a rule that allows removes only its own points', [aMatch('r-allow', 90), aMatch('other', 70)], 'ask', 'other'],
    ['a rule that flags caps its own verdict at flag', [aMatch('r-flag', 95)], 'flag', 'r-flag'],
    ['the strictest verdict wins', [aMatch('r-flag', 95), aMatch('other', 90)], 'block', 'other'],
    [
      'a rule that only feeds a correlation still decides',
      [aMatch('r-block', 40, { contributes: false })],
      'block',
      'r-block',
    ],
    [
      'a match that a filter suppressed decides nothing',
      [aMatch('r-block', 90, { filteredBy: 'f', contributes: false })],
      'allow',
      null,
    ],
  ])('%s', (_what, matches, verdict, ruleId) => {
    const decision = decide({ rules: [...rules] }, judged(matches))
    expect([decision.verdict, decision.rule?.ruleId ?? null]).toEqual([verdict, ruleId])
  })
  test('findings that the agent itself reports count separately', () => {
    const entry = judged([aMatch('r-allow', 90)], { reportedRisk: 85, risk: 98 })
    expect(decide({ rules: [...rules] }, entry)).toEqual({ verdict: 'block', rule: null, others: 0, undecided: false })
  })
})

describe('by agent', () => {
  const agents: VerdictPolicyIn['agents'] = [
    { sender: 'agent.*', thresholds: { block: 95, ask: null, flag: null } },
    { sender: 'agent.test*', thresholds: null },
    { sender: 'agent.test-but-real', thresholds: { block: 10, ask: null, flag: null } },
  ]
  test.each([
    ['agent.a', null, 'allow'],
    ['agent.test-7', null, 'allow'],
    ['agent.test-but-real', null, 'block'],
    ['tool.Bash', 'agent.test-but-real', 'block'],
    ['tool.Bash', 'agent.test', 'allow'],
    ['tool.Bash', 'agent', 'block'],
    ['other', null, 'block'],
  ])('%s to %s: %s', (sender, receiver, verdict) => {
    expect(verdictOf({ agents }, judged([aMatch('r', 90)], { sender, receiver }))).toBe(verdict)
  })
  test('rules do not apply to an agent without verdicts either', () => {
    const rules: VerdictPolicyIn['rules'] = [{ rule_id: 'r', verdict: 'block' }]
    expect(verdictOf({ agents, rules }, judged([aMatch('r', 90)], { sender: 'agent.test' }))).toBe('allow')
  })
})

test('past the budget, each kind can fail open or closed', () => {
  const { isOpen } = verdictRules({
    ...DEFAULT_POLICY,
    past_budget: { otherwise: 'open', kinds: { tool_call: 'closed' } },
  })
  expect([isOpen('tool_call'), isOpen('prompt')]).toEqual([false, true])
})

describe('an entry with a rule that could not be decided', () => {
  const undecided: Decidable['undecided'] = [
    {
      ruleId: 'own',
      ruleHash: 'h',
      title: 'Own',
      level: 'high',
      family: 'own',
      steps: 3_000_000,
      limit: 'ruleSteps',
      allowed: 2_000_000,
    },
  ]
  const open: VerdictPolicyIn['past_budget'] = { otherwise: 'open', kinds: {} }
  const closed: VerdictPolicyIn['past_budget'] = { otherwise: 'closed', kinds: {} }
  const agents: VerdictPolicyIn['agents'] = [{ sender: 'agent.test', thresholds: null }]

  test.each([
    ['the past-budget policy: open', open, [], { verdict: 'allow', undecided: true }],
    ['the past-budget policy: closed', closed, [], { verdict: 'block', undecided: true }],
    [
      'a verdict that is never milder than that of the decided rules',
      open,
      [aMatch('r', 95)],
      { verdict: 'block', undecided: false },
    ],
    ['the decided rules, if they block', closed, [aMatch('r', 95)], { verdict: 'block', undecided: false }],
  ] as const)('gets %s', (_, past_budget, matches, answer) => {
    const thresholds = { flag: 25, ask: 50, block: 75 }
    expect(decide({ past_budget, thresholds }, judged(matches, { undecided }))).toMatchObject(answer)
  })

  test('is allowed for an agent without verdicts', () => {
    const entry = judged([], { undecided, sender: 'agent.test' })
    expect(decide({ past_budget: closed, agents }, entry)).toMatchObject({ verdict: 'allow', undecided: false })
  })
})

const LOG_ID = '01935a7e-0000-7000-8000-000000000001' as LogId
const RULE = { ruleId: 'sm-cmd-001', title: 'Reverse shell', places: [] }

test('a reason quotes the matched words briefly, and no text of a rule or an entry can pose as ours', () => {
  const anything = fc.string({ unit: 'binary', maxLength: 400 })
  fc.assert(
    fc.property(
      fc.constantFrom(...VERDICTS),
      fc.record({ ruleId: anything, title: anything }),
      fc.option(anything),
      fc.nat(5),
      fc.constantFrom(null, 'dry_run' as const, 'paused' as const, 'allowed_once' as const),
      fc.constantFrom(null, 'unjudged' as const, 'undecided' as const, 'not_stored' as const),
      (verdict, names, words, others, relief, instead) => {
        const rule = { ...names, places: [] }
        const said = {
          verdict,
          kind: 'tool_call',
          rule,
          words,
          others,
          relief,
          risk: 90,
          logId: LOG_ID,
          instead,
        } as const
        const reason = reasonOf(said)
        expect(reason).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u)
        expect(reason.length).toBeLessThan(2 * LIMITS.verdictTitleChars + LIMITS.verdictWordsChars + 450)
        expect(reason.endsWith(`Log entry ${LOG_ID}.`)).toBe(true)
        const quoted = /, which matched “([^“”]*)”/.exec(reason)?.[1] ?? ''
        expect(quoted.length).toBeLessThanOrEqual(LIMITS.verdictWordsChars + 1)
      },
    ),
    { seed: 3, numRuns: 500 },
  )
})

test.each([
  [
    'a blocked call names the rule, the words, and who can allow it',
    { kind: 'tool_call', verdict: 'block', words: 'bash -i >& /dev/tcp' },
    'Blocked: its risk is 90, by rule sm-cmd-001 (Reverse shell), which matched “bash -i >& /dev/tcp”. Do not try it in another way. A person can open the log entry in SentinelMesh to allow this call once, or to suppress the rule.',
  ],
  [
    'a withheld result is not quoted',
    { kind: 'tool_result', verdict: 'block', words: null },
    'Blocked: its risk is 90, by rule sm-cmd-001 (Reverse shell). Continue without it. A person can read it in SentinelMesh, or suppress the rule.',
  ],
  [
    'a verdict that is not enforced advises nothing',
    { kind: 'tool_call', verdict: 'block', words: 'x', relief: 'paused' },
    'Allowed while enforcement is paused for this agent; enforcing would block it: its risk is 90, by rule sm-cmd-001 (Reverse shell), which matched “x”.',
  ],
] as const)('%s', (_what, parts, reason) => {
  const said = { rule: RULE, others: 0, relief: null, risk: 90, logId: LOG_ID, instead: null, ...parts }
  expect(reasonOf(said)).toBe(`${reason} Log entry ${LOG_ID}.`)
})
