import type { OrgId } from '@sentinelmesh/api'
import { ruleVersionStore, type Database } from '@sentinelmesh/db'
import { compileRuleSet, parseRule, type Rule, type RuleSet } from '@sentinelmesh/rules'
import { BUILTIN_RULES } from '@sentinelmesh/rules/builtin'
import type { Clock } from '../clock.ts'

/** Who compiles, caches and swaps an org's rules. */
export interface RuleSets {
  /** Before it is given out, the text of every rule in it is kept for the org: a match names it by its hash. */
  of(org: OrgId): Promise<RuleSet>
  /** The rules themselves, by id: what a title comes from. */
  readonly rules: ReadonlyMap<string, Rule>
}

/** Every org has the built-in rules; they are compiled once, when the server starts. */
export function builtinRuleSets({ database, clock }: { database: Database; clock: Clock }): RuleSets {
  const parsed = BUILTIN_RULES.map(({ text }) => ({ text, rule: parseRule(text) }))
  const compiled = compileRuleSet(parsed.map(({ rule }) => rule))
  const versions = parsed.map(({ text, rule: { id, hash, title } }) => ({ ruleId: id, hash, title, text }))
  const ready = new Map<OrgId, Promise<RuleSet>>()

  return {
    of(org) {
      const known = ready.get(org)
      if (known !== undefined) return known
      const kept = database
        .transaction((tx) => ruleVersionStore(tx).remember(org, versions, clock.now() * 1000))
        .then(() => compiled)
      ready.set(org, kept)
      kept.catch(() => ready.delete(org))
      return kept
    },
    rules: new Map(parsed.map(({ rule }) => [rule.id, rule])),
  }
}
