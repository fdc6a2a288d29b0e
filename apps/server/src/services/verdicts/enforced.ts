import type { Verdict } from '@sentinelmesh/api'
import type { Judged } from '@sentinelmesh/rules'
import { DEFAULT_POLICY } from './default-policy.ts'
import { verdictRules } from './decide.ts'

/**
 * Returns what the default policy does with an entry if it is enforced. `hiddenRules` has the ids of the rules that find
 * hidden or forged instructions.
 */
export function enforcedByDefault(hiddenRules: ReadonlySet<string>): (judged: Judged) => Verdict {
  const rules = verdictRules({ ...DEFAULT_POLICY, mode: 'enforce' })
  return ({ entry, matches, undecided, risk }) => {
    const { sender, receiver, kind, reportedRisk } = entry
    return rules.decide({ sender, receiver, kind, reportedRisk, risk, matches, undecided, hiddenRules }).verdict
  }
}
