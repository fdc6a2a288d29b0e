import type { Verdict, VerdictPolicyIn, VerdictThresholds } from '@sentinelmesh/api'
import { VERDICTS } from '@sentinelmesh/api/constants'
import type { Kind } from '@sentinelmesh/rules'
import { combine } from '@sentinelmesh/rules/risk'
import type { Decidable } from '../../ingest/judge-parsed.ts'

type Match = Decidable['matches'][number]

/** A verdict and its reasons. */
export interface Decision {
  /** The verdict under enforcement. */
  readonly verdict: Verdict
  /** The rule with the most points that supports the verdict. Null if there is none. */
  readonly rule: Pick<Match, 'ruleId' | 'title' | 'places'> | null
  /** The number of other rules that support it. */
  readonly others: number
  /** A rule could not be decided, so the policy's fallback for unjudged entries is the verdict. */
  readonly undecided: boolean
}

/** A policy that is prepared for repeated use. */
export interface VerdictRules {
  readonly isDryRun: boolean
  /** Says what happens to a call if the verdict is `ask` and nobody can be asked. */
  readonly unasked: VerdictPolicyIn['unasked']
  readonly budgetMs: number
  decide(judged: Decidable): Decision
  /** The fallback for an entry that could not be judged in time or not be stored: true to allow it. */
  isOpen(kind: Kind): boolean
}

/** Why a decision is not enforced. */
export type Relief = 'dry_run' | 'paused' | 'allowed_once'

/** The verdict to return for a decision. If it is not enforced, `would` is the decision. */
export function answerFor(
  verdict: Verdict,
  relief: Relief | null,
): {
  readonly verdict: Verdict
  readonly would: Verdict | null
} {
  return relief === null ? { verdict, would: null } : { verdict: 'allow', would: verdict }
}

const ALLOWED: Decision = { verdict: 'allow', rule: null, others: 0, undecided: false }

export function verdictRules({
  mode,
  thresholds,
  kinds,
  unasked,
  rules,
  agents,
  budget_ms,
  past_budget,
}: VerdictPolicyIn): VerdictRules {
  const byRule = new Map(rules.map(({ rule_id, verdict }) => [rule_id, verdict]))
  const thresholdsOf = byAgent(agents)
  const isDryRun = mode === 'dry_run'
  const isOpen = (kind: Kind) => (past_budget.kinds[kind] ?? past_budget.otherwise) === 'open'
  return {
    isDryRun,
    unasked,
    budgetMs: budget_ms,
    isOpen,
    decide(judged) {
      // A result, a definition, or a prompt falls under the policy of the agent that receives it.
      const own = thresholdsOf(judged.sender) ?? thresholdsOf(judged.receiver)
      if (own?.thresholds === null) return ALLOWED
      const decision = byMatches(judged, own?.thresholds ?? thresholds)
      if (judged.undecided.length === 0) return decision
      // Text that is made to be expensive must not get a milder verdict than that of the decided rules.
      const fallback: Verdict = isOpen(judged.kind) ? 'allow' : 'block'
      if (decision.verdict !== 'allow' && strictest([decision.verdict, fallback]) === decision.verdict) return decision
      return { verdict: fallback, rule: null, others: 0, undecided: true }
    },
  }

  function byMatches(judged: Decidable, limits: VerdictThresholds): Decision {
    const counted = judged.matches.filter(({ filteredBy }) => filteredBy === null)
    const named = counted.filter(({ ruleId }) => byRule.has(ruleId))
    const others = counted.filter(({ ruleId }) => !byRule.has(ruleId))
    const verdictOf = ({ ruleId }: Match) => byRule.get(ruleId) ?? 'allow'
    const byRules = strictest(named.map(verdictOf))
    const risk = named.length === 0 ? judged.risk : combine({ matches: others, reportedRisk: judged.reportedRisk }).risk
    const byRisk = withinLimit(judged, atRisk(limits, risk), others)
    const verdict = strictest([byRules, byRisk])
    if (verdict === 'allow') return ALLOWED
    const speaking = [
      ...named.filter((match) => verdictOf(match) === verdict),
      ...(byRisk === verdict ? others.filter(({ contributes, points }) => contributes && points > 0) : []),
    ].toSorted((a, b) => b.points - a.points)
    const [rule = null] = speaking
    return { verdict, rule, others: Math.max(0, speaking.length - 1), undecided: false }
  }

  /** The verdict of the thresholds, within the limit of the entry's kind. */
  function withinLimit({ kind, sender, hiddenRules }: Decidable, verdict: Verdict, counted: readonly Match[]): Verdict {
    const limit = kinds[kind]
    if (limit === undefined || strictest([verdict, limit.at_most]) === limit.at_most) return verdict
    // A server's question to the model is not the person's own text.
    if (kind === 'prompt' && BY_PROGRAMS.test(sender)) return verdict
    const isHidden = limit.block_hidden_instructions && counted.some(({ ruleId }) => hiddenRules.has(ruleId))
    return verdict === 'block' && isHidden ? 'block' : limit.at_most
  }
}

/** Names that mappers give to MCP servers and tools. */
const BY_PROGRAMS = /^(?:mcp|tool)\./

function strictest(verdicts: readonly Verdict[]): Verdict {
  return VERDICTS.findLast((verdict) => verdicts.includes(verdict)) ?? 'allow'
}

function atRisk({ block, ask, flag }: VerdictThresholds, risk: number): Verdict {
  if (block !== null && risk >= block) return 'block'
  if (ask !== null && risk >= ask) return 'ask'
  return flag !== null && risk >= flag ? 'flag' : 'allow'
}

type OfAgent = VerdictPolicyIn['agents'][number]

/** An exact name takes precedence over a prefix, and a longer prefix over a shorter one. */
function byAgent(agents: readonly OfAgent[]): (name: string | null) => OfAgent | undefined {
  const exact = new Map(agents.map((agent) => [agent.sender, agent]))
  const beginnings = agents
    .filter(({ sender }) => sender.endsWith('*'))
    .map((agent) => ({ beginning: agent.sender.slice(0, -1), agent }))
    .toSorted((a, b) => b.beginning.length - a.beginning.length)
  return (name) =>
    name === null
      ? undefined
      : (exact.get(name) ?? beginnings.find(({ beginning }) => name.startsWith(beginning))?.agent)
}
