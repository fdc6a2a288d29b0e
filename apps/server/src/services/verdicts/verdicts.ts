import type { Surface, Verdict } from '@sentinelmesh/api'
import type { VerdictPolicies } from './policies.ts'

/** Whether an answer rests on rules, or on what the policy says of entries that could not be judged, or not be stored. */
export type VerdictOutcome = 'judged' | 'unjudged' | 'undecided' | 'not_stored'

/** What verdicts are given with. */
export interface Verdicts {
  readonly policies: VerdictPolicies
  /** Told of each answer. */
  readonly answered: (surface: Surface, verdict: Verdict, outcome: VerdictOutcome) => void
}
