import type { VerdictPolicyIn } from '@sentinelmesh/api'
import { BANDS } from '@sentinelmesh/api/constants'

/** The policy of an org without one of its own: the bands decide, in dry run. */
export const DEFAULT_POLICY: VerdictPolicyIn = {
  mode: 'dry_run',
  thresholds: { block: BANDS.critical.from, ask: BANDS.high.from, flag: BANDS.medium.from },
  rules: [],
  agents: [],
  budget_ms: 200,
  past_budget: { otherwise: 'open', kinds: {} },
}
