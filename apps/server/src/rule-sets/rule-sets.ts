import type { OrgId } from '@sentinelmesh/api'
import { compileRuleSet, parseRule, type Rule, type RuleSet } from '@sentinelmesh/rules'
import { BUILTIN_RULES } from '@sentinelmesh/rules/builtin'

/** Who compiles, caches and swaps an org's rules. */
export interface RuleSets {
  of(org: OrgId): RuleSet
  /** The rules themselves, by id: what a match's title and text come from. */
  readonly rules: readonly Rule[]
}

/** Every org has the built-in rules; they are compiled once, when the server starts. */
export function builtinRuleSets(): RuleSets {
  const rules = BUILTIN_RULES.map(({ text }) => parseRule(text))
  const compiled = compileRuleSet(rules)
  return { of: () => compiled, rules }
}
