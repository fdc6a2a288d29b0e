import type { Surface, Verdict } from '@sentinelmesh/api'
import type { VerdictPauses } from './pauses.ts'
import type { VerdictPolicies } from './policies.ts'

/** The basis of a verdict: the rules, or the policy for entries that could not be judged or stored. */
export type VerdictOutcome = 'judged' | 'unjudged' | 'undecided' | 'not_stored'

/** The dependencies of verdicts. */
export interface Verdicts {
  readonly policies: VerdictPolicies
  readonly pauses: VerdictPauses
  /** Called for each verdict that is returned. */
  readonly answered: (surface: Surface, verdict: Verdict, outcome: VerdictOutcome) => void
}
