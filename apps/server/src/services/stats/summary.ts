import type { Principal } from '@sentinelmesh/api'
import { authorise } from '@sentinelmesh/api/constants'
import type { Band } from '@sentinelmesh/rules/risk'
import { toIso } from '@sentinelmesh/telemetry/timestamp'
import type { Deps } from '../verb.ts'

/** Maximum number of senders to list. The seed's clients show only a few. */
const SENDERS = 100
const TOP_SENDERS = 10

/**
 * The seed's `/stats` over all retained data. `total_alerts` counts entries of risk 80 or more. `total_logs` counts
 * stored entries, like the list of entries. Other figures come from the roll-ups, which may go back further.
 */
export async function summary({ database, clock }: Deps, principal: Principal | null) {
  const org = authorise(principal, 'stats.read')
  const range = { from: 0, to: (clock.now() + 2 * 24 * 3600 * 1000) * 1000 }
  const { rollups } = database
  const [all, bands, upperMedium, senders, head] = await Promise.all([
    rollups.keys(org, 'all', range, { limit: 1, orderBy: 'count' }),
    rollups.keys(org, 'band', range, { limit: 5, orderBy: 'count' }),
    // Our bands begin at 30 and 60, the seed's at 50.
    rollups.keys(org, 'upper_medium', range, { limit: 1, orderBy: 'count' }),
    rollups.ranking(org, 'sender', range, { limit: SENDERS, orderBy: 'count', silentSince: 0 }),
    database.logs.head(org),
  ])
  const ofBand = (name: Band) => bands.find(({ key }) => key === name)?.count ?? 0
  const high = ofBand('critical')
  const medium = ofBand('high') + (upperMedium[0]?.count ?? 0)
  const sum = all[0]
  return {
    total_logs: head.entries,
    total_alerts: high,
    active_agents: senders.keys,
    avg_risk_score: sum === undefined || sum.count === 0 ? 0 : round(sum.riskSum / sum.count),
    top_senders: senders.rows.slice(0, TOP_SENDERS).map(({ key, count }) => ({ sender: key, count })),
    risk_distribution: { low: (sum?.count ?? 0) - medium - high, medium, high },
    agents: senders.rows.map(({ key, count, riskSum, riskMax, lastMinute }) => ({
      sender: key,
      message_count: count,
      avg_risk: round(riskSum / count),
      max_risk: riskMax,
      last_seen: toIso(lastMinute),
    })),
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
