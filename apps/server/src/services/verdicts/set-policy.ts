import type { Services, VerdictPolicyIn } from '@sentinelmesh/api'
import { authorise, DomainError } from '@sentinelmesh/api/constants'
import { auditStore, verdictPolicyStore } from '@sentinelmesh/db'
import { toIso } from '../../ingest/timestamp.ts'
import type { OrgRules } from '../../rule-sets/org-rules.ts'
import { nameOf } from '../api-keys/create.ts'
import type { Verb } from '../verb.ts'
import { hashOf, inForce, type PolicyInForce } from './policies.ts'
import { toWire } from './policy.ts'

/** In force for the next verdict. Throws `conflict` (who changed it meanwhile), `invalid_input`. */
export const setPolicy: Verb<Services['verdicts']['setPolicy']> = async (
  { database, clock, ruleSets, verdicts },
  principal,
  { policy, expected_hash: expected },
  { remoteAddress },
) => {
  const org = authorise(principal, 'verdicts.write')
  const rules = await ruleSets.of(org)
  const at = clock.now() * 1000
  const by = nameOf(principal)
  const text = JSON.stringify(policy)
  const stored = { policy: text, hash: hashOf(text), updatedAt: at, updatedBy: by }
  await database.transaction(async (tx) => {
    const before = inForce(await verdictPolicyStore(tx).get(org))
    if (before.hash !== expected) throw changedMeanwhile(before)
    refuseUnknownRules(policy, before.policy, rules)
    await verdictPolicyStore(tx).set(org, stored, { at, by })
    const details = { before: before.policy, after: policy }
    await auditStore(tx).append(org, { at, principal: by, action: 'verdicts.policy', remoteAddress, details })
  })
  return toWire(verdicts.policies.changed(org, stored))
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

/** Where a name is wrong, nothing would ever be blocked. What stood there before stays: its rule may have been removed. */
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
