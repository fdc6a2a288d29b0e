import type { VerdictPolicyIn } from '@sentinelmesh/api'
import { BANDS } from '@sentinelmesh/api/constants'

/** Of an org that decided nothing: the bands decide, and nothing is held up. */
export const DEFAULT_POLICY: VerdictPolicyIn = {
  mode: 'dry_run',
  thresholds: { block: BANDS.critical.from, ask: BANDS.high.from, flag: BANDS.medium.from },
  rules: [],
  agents: [],
  budget_ms: 200,
  past_budget: { otherwise: 'open', kinds: {} },
}
