import { DEFAULT_REDACTION, judge, type Judged, type Match, type RuleSet } from '@sentinelmesh/rules'
import type { Kind } from '@sentinelmesh/rules/entry'
import { combine } from '@sentinelmesh/rules/risk'
import { viewsOf } from '@sentinelmesh/rules/views'
import type { Labeled } from './labeled.ts'
import { wasWrittenFrom, type WrittenFrom } from './written-from.ts'

/** The judgment of one labeled item. A session has the highest risk of its entries. */
export interface Score {
  readonly item: Labeled
  /** 0–100. */
  readonly risk: number
  /**
   * The risk without the rules that were written from the item's family. For a benign item it is the whole risk: a rule
   * must not escape its false alarms because somebody looked at them.
   */
  readonly leftOutRisk: number
  /** The rules whose matches count, by id, sorted. */
  readonly rules: readonly string[]
  /** The rules without each of which the risk would be below the threshold. */
  readonly decisive: readonly string[]
  /** In a malicious session: the threshold is reached at or before the first entry that serves the attacker. */
  readonly isInTime: boolean
  /** For an entry on its own, its kind and what would be done with it. Null for a session, or if nothing decides. */
  readonly decided: { readonly kind: Kind; readonly verdict: Verdict } | null
}

/** What is done with an entry if verdicts are enforced. A result that is blocked is withheld from the model. */
export type Verdict = 'allow' | 'flag' | 'ask' | 'block'

export interface ScoreOptions {
  readonly ruleSet: RuleSet
  /** The lowest risk that counts as an alert. */
  readonly threshold: number
  readonly writtenFrom: WrittenFrom
  /** Decides about an entry. Without it, no verdicts are counted. */
  readonly decide?: (judged: Judged) => Verdict
}

/** Judges an item as the server would: with its views, and each entry of a session on its own. */
export function score(item: Labeled, { ruleSet, threshold, writtenFrom, decide }: ScoreOptions): Score {
  const rules = new Set<string>()
  let decided: Score['decided'] = null
  const entries = item.entries.map((entry) => {
    const judged = judge(entry, ruleSet, DEFAULT_REDACTION, { views: viewsOf })
    const { matches } = judged
    if (decide !== undefined && !item.isSession) decided = { kind: entry.kind, verdict: decide(judged) }
    const counted = matches.filter(({ contributes, points }) => contributes && points > 0)
    for (const { ruleId } of counted) rules.add(ruleId)
    return counted
  })
  const highest = (holds: (match: Match) => boolean) =>
    Math.max(...entries.map((matches) => riskOf(matches.filter(holds))))
  const risk = highest(() => true)
  const firstAlert = entries.findIndex((matches) => riskOf(matches) >= threshold)
  return {
    item,
    risk,
    leftOutRisk: item.isMalicious ? highest(({ ruleId }) => !wasWrittenFrom(writtenFrom, ruleId, item.family)) : risk,
    rules: [...rules].sort(),
    decisive:
      risk < threshold ? [] : [...rules].filter((rule) => highest(({ ruleId }) => ruleId !== rule) < threshold).sort(),
    isInTime: firstAlert >= 0 && item.firstMalicious !== null && firstAlert <= item.firstMalicious,
    decided,
  }
}

const riskOf = (matches: readonly Match[]): number => combine({ matches, reportedRisk: null }).risk
