import type { OrgId } from '@sentinelmesh/api'
import { DomainError, LIMITS } from '@sentinelmesh/api/constants'
import { isUniqueViolation, ruleStore, type By, type Transaction } from '@sentinelmesh/db'
import { toIso } from '@sentinelmesh/telemetry/timestamp'
import type { OrgRules } from '../../rule-sets/org-rules.ts'
import { write, type Written } from '../../audit/write.ts'
import type { OrgCall, Deps } from '../verb.ts'

/**
 * Applies a change and its audit record in one transaction, and then updates the org's rules. The next entry is judged
 * by them. The audit's `target` is a rule's id, or for several rules what they have in common.
 */
export async function change(
  deps: Deps<'ruleSets'>,
  call: OrgCall,
  work: (tx: Transaction, by: By) => Promise<Written<unknown>['audit']>,
): Promise<OrgRules> {
  await write(deps, call, async (tx, by) => ({ result: null, audit: await work(tx, by) })).catch((error: unknown) => {
    if (isUniqueViolation(error)) throw taken()
    throw error
  })
  return deps.ruleSets.refresh(call.org)
}

export function taken(): DomainError {
  return new DomainError('conflict', {
    say: 'There is a rule with this id already. Change that one, or give this one another id.',
  })
}

/** Describes a conflicting change: who made it, when, and the rule's current hash. `not_found` if the rule is gone. */
export async function changedMeanwhile(tx: Transaction, org: OrgId, id: string): Promise<DomainError> {
  const now = await ruleStore(tx).get(org, id)
  if (now === undefined)
    return new DomainError('not_found', { say: 'This rule is no longer there; someone removed it meanwhile.' })
  const at = toIso(now.updatedAt)
  return new DomainError('conflict', {
    say: `${now.updatedBy} changed this rule at ${at}, after you read it. Look at it again, then save yours.`,
    changed: { by: now.updatedBy, at, hash: now.hash },
  })
}

/** Throws `too_large` if this many more documents and characters would exceed the org's limits. */
export async function withinOrgLimits(
  tx: Transaction,
  org: OrgId,
  more: { rules: number; chars: number },
): Promise<void> {
  const { rules, chars } = await ruleStore(tx).totals(org)
  if (rules + more.rules > LIMITS.orgRules) {
    throw new DomainError('too_large', {
      say: `An organization has at most ${LIMITS.orgRules} rules of its own (limit orgRules); with these there would be ${rules + more.rules}. Remove some first.`,
      limit: 'orgRules',
      allowed: LIMITS.orgRules,
    })
  }
  if (chars + more.chars > LIMITS.orgRulesChars) {
    throw new DomainError('too_large', {
      say: `The rules of an organization have at most ${LIMITS.orgRulesChars} characters together (limit orgRulesChars). Remove some first.`,
      limit: 'orgRulesChars',
      allowed: LIMITS.orgRulesChars,
    })
  }
}
