import { DomainError } from '@sentinelmesh/api/constants'
import { ruleVersionStore } from '@sentinelmesh/db'
import type { OrgRule, OrgRules } from '../../rule-sets/org-rules.ts'
import type { Verb } from '../verb.ts'
import { toRuleDetail } from './to-wire.ts'

/** With a hash, returns the text of that version, even if the rule has changed since. Throws `not_found`. */
export const get: Verb<'rules.get', 'ruleSets' | 'ruleThreads'> = async (deps, { org }, { id, hash }) => {
  const rules = await deps.ruleSets.of(org)
  const rule = ruleOf(rules, id)
  if (hash === undefined || hash === rule.hash) return toRuleDetail(deps, org, rules, rule)
  const version = await ruleVersionStore(deps.database.read).get(org, hash)
  if (version === undefined || version.ruleId !== id)
    throw new DomainError('not_found', { say: 'There is no such version of this rule in this organization.' })
  return toRuleDetail(deps, org, rules, rule, version)
}

/** Throws `not_found`. */
export function ruleOf({ rules }: OrgRules, id: string): OrgRule {
  const rule = rules.get(id)
  if (rule === undefined)
    throw new DomainError('not_found', { say: 'There is no rule with this id in this organization.' })
  return rule
}
