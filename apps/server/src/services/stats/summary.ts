import type { Principal } from '@sentinelmesh/api'
import { authorise } from '@sentinelmesh/api/constants'
import type { Band } from '@sentinelmesh/rules/risk'
import { toIso } from '../../ingest/timestamp.ts'
import { readQuery } from '../logs/filter.ts'
import type { ServiceDeps } from '../verb.ts'

/** Senders listed; the seed's clients show a handful. */
const SENDERS = 100
const TOP_SENDERS = 10

/** `/stats` of the seed, over all that is retained. `total_alerts` are entries of risk 80 or more. */
export async function summary({ database, clock }: ServiceDeps, principal: Principal | null) {
  const org = authorise(principal, 'stats.read')
  const range = { from: 0, to: (clock.now() + 2 * 24 * 3600 * 1000) * 1000 }
  const { rollups, search } = database
  const now = clock.now() * 1000
  const [all, bands, senders, counted, from50to59, head] = await Promise.all([
    rollups.keys(org, 'all', range, { limit: 1, orderBy: 'count' }),
    rollups.keys(org, 'band', range, { limit: 5, orderBy: 'count' }),
    rollups.keys(org, 'sender', range, { limit: SENDERS, orderBy: 'count' }),
    rollups.countKeys(org, 'sender', range, 0),
    // Our bands part at 30 and 60, the seed's at 50: only this slice of a band has to be counted.
    search.count(org, { query: readQuery('risk:>=50 risk:<60'), now }),
    database.logs.head(org),
  ])
  const total = head.entries
  const ofBand = (name: Band) => bands.find(({ key }) => key === name)?.count ?? 0
  const high = ofBand('critical')
  const medium = ofBand('high') + from50to59.count
  const sum = all[0]
  return {
    total_logs: total,
    total_alerts: high,
    active_agents: counted.keys,
    avg_risk_score: sum === undefined || sum.count === 0 ? 0 : round(sum.riskSum / sum.count),
    top_senders: senders.slice(0, TOP_SENDERS).map(({ key, count }) => ({ sender: key, count })),
    risk_distribution: { low: total - medium - high, medium, high },
    agents: senders.map(({ key, count, riskSum, riskMax, lastMinute }) => ({
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
