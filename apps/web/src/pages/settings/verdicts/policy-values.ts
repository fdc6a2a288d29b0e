import { KINDS, LIMITS } from '@sentinelmesh/api/constants'
import type { VerdictPolicy, VerdictPolicyIn, VerdictThresholds } from '@sentinelmesh/api'
import { exact } from '../../../figures.ts'

export type Verdict = VerdictPolicyIn['rules'][number]['verdict']
export type Kind = (typeof KINDS)[number]

/** As typed. Blank means never. */
export interface TypedThresholds {
  readonly block: string
  readonly ask: string
  readonly flag: string
}

/** `row` identifies a row while it is edited. */
export interface TypedPolicy {
  readonly mode: VerdictPolicyIn['mode']
  readonly thresholds: TypedThresholds
  readonly kinds: VerdictPolicyIn['kinds']
  readonly unasked: VerdictPolicyIn['unasked']
  readonly rules: readonly { readonly row: number; readonly ruleId: string; readonly verdict: Verdict }[]
  /** `thresholds` is null if the agent gets no verdicts. */
  readonly agents: readonly {
    readonly row: number
    readonly sender: string
    readonly thresholds: TypedThresholds | null
  }[]
  readonly budgetMs: string
  /** Kinds of entries that are blocked on timeout. */
  readonly closedKinds: readonly Kind[]
}

const STEPS = ['block', 'ask', 'flag'] as const

export function toTypedPolicy(policy: VerdictPolicy): TypedPolicy {
  const { otherwise, kinds } = policy.past_budget
  return {
    mode: policy.mode,
    thresholds: toTyped(policy.thresholds),
    kinds: policy.kinds,
    unasked: policy.unasked,
    rules: policy.rules.map(({ rule_id: ruleId, verdict }, row) => ({ row, ruleId, verdict })),
    agents: policy.agents.map(({ sender, thresholds }, row) => ({
      row,
      sender,
      thresholds: thresholds === null ? null : toTyped(thresholds),
    })),
    budgetMs: String(policy.budget_ms),
    closedKinds: KINDS.filter((kind) => (kinds[kind] ?? otherwise) === 'closed'),
  }
}

export function toPolicy(typed: TypedPolicy): VerdictPolicyIn {
  return {
    mode: typed.mode,
    thresholds: toThresholds(typed.thresholds),
    kinds: typed.kinds,
    unasked: typed.unasked,
    rules: typed.rules.map(({ ruleId, verdict }) => ({ rule_id: ruleId, verdict })),
    agents: typed.agents.map(({ sender, thresholds }) => ({
      sender,
      thresholds: thresholds === null ? null : toThresholds(thresholds),
    })),
    budget_ms: Number(typed.budgetMs),
    past_budget: {
      otherwise: 'open',
      kinds: Object.fromEntries(typed.closedKinds.map((kind) => [kind, 'closed' as const])),
    },
  }
}

/** The first error in the input; undefined if it can be saved. The server validates it again. */
export function faultOf(typed: TypedPolicy): string | undefined {
  const all = [typed.thresholds, ...typed.agents.flatMap(({ thresholds }) => thresholds ?? [])]
  if (!all.every((thresholds) => STEPS.every((step) => isRisk(thresholds[step]))))
    return 'Enter each risk as a whole number from 1 to 100, or leave it blank.'
  if (typed.rules.some(({ ruleId }) => ruleId.trim() === '')) return 'Enter an ID for each rule, or remove its row.'
  if (typed.agents.some(({ sender }) => sender.trim() === '')) return 'Enter a name for each agent, or remove its row.'
  if (!/^\d+$/.test(typed.budgetMs) || Number(typed.budgetMs) > LIMITS.verdictBudgetMs)
    return `Enter the timeout as a whole number of milliseconds, at most ${exact(LIMITS.verdictBudgetMs)}.`
  return undefined
}

function isRisk(text: string): boolean {
  return text === '' || (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 100)
}

function toTyped({ block, ask, flag }: VerdictThresholds): TypedThresholds {
  const typed = (risk: number | null) => (risk === null ? '' : String(risk))
  return { block: typed(block), ask: typed(ask), flag: typed(flag) }
}

function toThresholds({ block, ask, flag }: TypedThresholds): VerdictThresholds {
  const risk = (text: string) => (text === '' ? null : Number(text))
  return { block: risk(block), ask: risk(ask), flag: risk(flag) }
}

export function nextRow(rows: readonly { readonly row: number }[]): number {
  return 1 + Math.max(-1, ...rows.map(({ row }) => row))
}
