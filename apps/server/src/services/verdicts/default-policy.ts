import type { VerdictPolicyIn } from '@sentinelmesh/api'
import { BANDS, DEFAULT_KIND_LIMITS } from '@sentinelmesh/api/constants'

/** The policy of an org without one of its own: the bands decide, within the limits by kind, in dry run. */
export const DEFAULT_POLICY: VerdictPolicyIn = {
  mode: 'dry_run',
  thresholds: { block: BANDS.critical.from, ask: BANDS.high.from, flag: BANDS.medium.from },
  kinds: DEFAULT_KIND_LIMITS,
  unasked: 'deny',
  rules: [],
  agents: [],
  budget_ms: 200,
  past_budget: { otherwise: 'open', kinds: {} },
}
