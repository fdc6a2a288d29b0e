import { DomainError } from '@sentinelmesh/api/constants'
import { ruleSettingsStore, ruleStore, ruleVersionStore, type NewRule } from '@sentinelmesh/db'
import type { DocumentHead } from '../../rule-jobs/document-head.ts'
import type { OrgRules } from '../../rule-sets/org-rules.ts'
import type { Verb } from '../verb.ts'
import { change, taken, withinOrgLimits } from './change.ts'
import { ruleOf } from './get.ts'
import { readForSaving } from './read-for-saving.ts'
import { toRuleDetail } from './to-wire.ts'

/** Throws `rule_invalid` with its problems, `conflict` if the id is taken, `too_large`. */
export const create: Verb<'rules.create', 'ruleSets' | 'ruleThreads'> = async (deps, call, { text }) => {
  const { org } = call
  const before = await deps.ruleSets.of(org)
  const document = await readForSaving(deps, org, { rules: before, text }, call.signal)
  refuseBuiltinId(deps.ruleSets.builtin.has(document.id), document.id)
  if (before.rules.has(document.id)) throw taken()

  const rule = toNewRule(document)
  const rules = await change(deps, call, async (tx, by) => {
    await withinOrgLimits(tx, org, { rules: 1, chars: rule.text.length })
    await ruleVersionStore(tx).remember(org, [rule], by.at)
    await ruleStore(tx).insert(org, [rule], by)
    // Settings of an earlier rule with this id must not apply to the new one.
    await ruleSettingsStore(tx).remove(org, rule.ruleId)
    const { hash, kind, title } = rule
    return { action: 'rules.create', target: rule.ruleId, details: { hash, kind, title } }
  })
  return detailOf(deps, org, rules, document.id)
}

export function toNewRule(
  { id, kind, hash, title, text }: DocumentHead,
  { origin, importId, file }: Pick<NewRule, 'origin' | 'importId' | 'file'> = OWN,
): NewRule {
  return { ruleId: id, kind, hash, title, text, origin, importId, file }
}
const OWN = { origin: 'own', importId: null, file: null } as const

export function refuseBuiltinId(isBuiltin: boolean, id: string): void {
  if (isBuiltin)
    throw new DomainError('conflict', {
      say: `${JSON.stringify(id)} is the id of a built-in rule, which stays as it is. Give yours another id; the built-in one can be turned off, or its level and points set.`,
    })
}

export function detailOf(
  deps: Parameters<typeof toRuleDetail>[0],
  org: Parameters<typeof toRuleDetail>[1],
  rules: OrgRules,
  id: string,
) {
  return toRuleDetail(deps, org, rules, ruleOf(rules, id))
}
