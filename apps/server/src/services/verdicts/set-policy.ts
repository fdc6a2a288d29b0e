import type { VerdictPolicyIn } from '@sentinelmesh/api'
import { DomainError } from '@sentinelmesh/api/constants'
import { verdictPolicyStore } from '@sentinelmesh/db'
import { toIso } from '@sentinelmesh/telemetry/timestamp'
import type { OrgRules } from '../../rule-sets/org-rules.ts'
import { write } from '../../audit/write.ts'
import type { Verb } from '../verb.ts'
import { hashOf, inForce, type PolicyInForce } from './policies.ts'
import { toWire } from './policy.ts'

/** Takes effect with the next verdict. Throws `conflict` (with who changed it meanwhile), `invalid_input`. */
export const setPolicy: Verb<'verdicts.setPolicy', 'ruleSets' | 'verdicts'> = async (
  deps,
  call,
  { policy, expected_hash: expected },
) => {
  const { org } = call
  const rules = await deps.ruleSets.of(org)
  const text = JSON.stringify(policy)
  const stored = await write(deps, call, async (tx, { at, by }) => {
    const before = inForce(await verdictPolicyStore(tx).get(org))
    if (before.hash !== expected) throw changedMeanwhile(before)
    refuseUnknownRules(policy, before.policy, rules)
    const row = { policy: text, hash: hashOf(text), updatedAt: at, updatedBy: by }
    await verdictPolicyStore(tx).set(org, row, { at, by })
    return { result: row, audit: { action: 'verdicts.policy', details: { before: before.policy, after: policy } } }
  })
  return toWire(deps.verdicts.policies.changed(org, stored))
}

function changedMeanwhile({ updatedAt, updatedBy, hash }: PolicyInForce): DomainError {
  const at = updatedAt === null ? null : toIso(updatedAt)
  return new DomainError('conflict', {
    say:
      at === null
        ? 'This is not the policy that is in force: nobody has changed it yet. Read it again, then save yours.'
        : `${updatedBy ?? 'Someone'} changed the verdict policy at ${at}, after you read it. Look at it again, then save yours.`,
    changed: { by: updatedBy, at, hash },
  })
}

/**
 * With a mistyped name, a rule would never block. Names in the old policy are allowed, because their rules may have
 * been removed.
 */
function refuseUnknownRules(policy: VerdictPolicyIn, before: VerdictPolicyIn, { rules }: OrgRules): void {
  const known = new Set(before.rules.map(({ rule_id }) => rule_id))
  const issues = policy.rules.flatMap(({ rule_id: id }, index) =>
    known.has(id) || rules.has(id)
      ? []
      : [
          {
            loc: ['policy', 'rules', index, 'rule_id'],
            msg: `There is no rule ${JSON.stringify(id)} in this organization. Give the id of one that there is.`,
            type: 'value_error',
          },
        ],
  )
  if (issues.length > 0) throw new DomainError('invalid_input', { issues })
}
