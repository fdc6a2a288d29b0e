import { DomainError } from '@sentinelmesh/api/constants'
import { ruleStore, ruleVersionStore, type RuleRecord } from '@sentinelmesh/db'
import type { OrgRule } from '../../rule-sets/org-rules.ts'
import type { Verb } from '../verb.ts'
import { change, changedMeanwhile, withinOrgLimits } from './change.ts'
import { detailOf, toNewRule } from './create.ts'
import { ruleOf } from './get.ts'
import { readForSaving } from './read-for-saving.ts'

/**
 * Replaces the version that the caller read. Throws `conflict` (with who changed it meanwhile), `rule_invalid`,
 * `forbidden` for a built-in rule, `not_found`.
 */
export const update: Verb<'rules.update', 'costs' | 'ruleSets' | 'ruleThreads'> = async (
  deps,
  call,
  { id, text, expected_hash: expected },
) => {
  const { org } = call
  const before = await deps.ruleSets.of(org)
  const { record, kind } = ownOf(ruleOf(before, id))
  const document = await readForSaving(deps, org, { rules: before, text, id }, call.signal)
  if (document.id !== id || document.kind !== kind) {
    const [what, is, was] = document.id === id ? ['kind', document.kind, kind] : ['id', document.id, id]
    const msg = `The ${what} of the text is ${JSON.stringify(is)}, that of the rule ${JSON.stringify(was)}. Create another rule for it.`
    throw new DomainError('invalid_input', { issues: [{ loc: ['text'], msg, type: 'value_error' }] })
  }

  const rule = toNewRule(document, record)
  const rules = await change(deps, call, async (tx, by) => {
    await withinOrgLimits(tx, org, { rules: 0, chars: Math.max(0, rule.text.length - record.text.length) })
    await ruleVersionStore(tx).remember(org, [rule], by.at)
    if (!(await ruleStore(tx).replace(org, rule, expected, by))) throw await changedMeanwhile(tx, org, id)
    return { action: 'rules.update', target: id, details: { hash: rule.hash, before: expected, title: rule.title } }
  })
  deps.costs.forgive(org, id)
  return detailOf(deps, org, rules, id)
}

/** Throws `forbidden` for a built-in rule. */
export function ownOf({ record, kind }: OrgRule): { readonly record: RuleRecord; readonly kind: OrgRule['kind'] } {
  if (record !== null) return { record, kind }
  throw new DomainError('forbidden', {
    say: 'This rule is built in and stays as it is. Turn it off, set its level or points, or create one of your own from its text under another id.',
  })
}
