import { first } from './0001-first.ts'
import { rules } from './0002-rules.ts'
import { hours } from './0003-hours.ts'
import { retention } from './0004-retention.ts'
import { chain } from './0005-chain.ts'
import { unsettled } from './0006-unsettled.ts'
import { verdicts } from './0007-verdicts.ts'
import { mcpPins } from './0008-mcp-pins.ts'
import { sourcesSeen } from './0009-sources-seen.ts'
import { keepUnknown } from './0010-keep-unknown.ts'
import { ingestLimits } from './0011-ingest-limits.ts'
import { retentionClock } from './0012-retention-clock.ts'
import { auditChain } from './0013-audit-chain.ts'
import { undecided } from './0014-undecided.ts'
import { setAside } from './0015-set-aside.ts'
import { heldCalls } from './0016-held-calls.ts'
import type { Migration } from './migration.ts'

/** In order. The schema's version is the number of migrations that have run. Only append to this list. */
export const MIGRATIONS: readonly Migration[] = [
  first,
  rules,
  hours,
  retention,
  chain,
  unsettled,
  verdicts,
  mcpPins,
  sourcesSeen,
  keepUnknown,
  ingestLimits,
  retentionClock,
  auditChain,
  undecided,
  setAside,
  heldCalls,
]
