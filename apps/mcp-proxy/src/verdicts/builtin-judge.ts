import { compileRuleSet, DEFAULT_REDACTION, judge, parseRule, SECRET_INDEX, type RuleSet } from '@sentinelmesh/rules'
import { BUILTIN_RULES } from '@sentinelmesh/rules/builtin'
import { BANDS } from '@sentinelmesh/rules/risk'
import { viewsOf } from '@sentinelmesh/rules/views'
import { boundEntry } from '@sentinelmesh/telemetry/bound-entry'
import type { McpEntry } from '../conversation/entry-factory.ts'

/** The lowest risk that is refused. The org's own thresholds are not known while the server is away. */
const REFUSED_FROM = BANDS.critical.from

/** Judges by the built-in rules, without the server. The rules are compiled at the first entry. */
export function judgeByBuiltinRules() {
  let ruleSet: RuleSet | undefined
  return (entry: McpEntry): { readonly isRefused: boolean; readonly reason: string } => {
    ruleSet ??= compileRuleSet(
      BUILTIN_RULES.map(({ text }) => parseRule(text)),
      { secrets: SECRET_INDEX },
    )
    const { risk, matches } = judge(boundEntry(entry).entry, ruleSet, DEFAULT_REDACTION, { views: viewsOf })
    const strongest = matches.toSorted((a, b) => b.points - a.points)[0]
    if (strongest === undefined || risk < REFUSED_FROM) return { isRefused: false, reason: '' }
    return { isRefused: true, reason: `rule ${strongest.ruleId} (${strongest.title})` }
  }
}
