import type { Overview } from '@sentinelmesh/api'
import { BAND_NAMES, bandOf, LIMITS, toTailCursor } from '@sentinelmesh/api/constants'
import type { RollupStep } from '@sentinelmesh/db'
import { toIso } from '@sentinelmesh/telemetry/timestamp'
import type { Verb } from '../verb.ts'
import { fitting } from '../logs/fitting.ts'
import { toRow } from '../logs/to-wire.ts'

const MINUTE_US = 60e6
/** Length and step of each range in minutes. Each range has about a hundred bars. */
const RANGES = {
  '15m': { minutes: 15, step: 1 },
  '1h': { minutes: 60, step: 1 },
  '24h': { minutes: 24 * 60, step: 15 },
  '7d': { minutes: 7 * 24 * 60, step: 120 },
} as const
/** A sender without entries for this long is silent. */
const SILENT_US = 60 * MINUTE_US
const RISKIEST = 6
const RULES = 6
const LATEST = 8
const LATEST_MIN_RISK = 60
const SPARK_PARTS = 24

/**
 * All figures come from roll-ups, so their cost depends on the range and not on the size of the log. The latest risky
 * entries come from an index.
 */
export const overview: Verb<'stats.overview', 'ruleSets'> = async (
  { database, clock, ruleSets },
  { org, signal },
  { range: name },
) => {
  const { rollups, search, logs } = database.reading(signal)
  const { minutes, step } = RANGES[name]
  const now = clock.now() * 1000
  // Ends with the current minute and begins on a step, so that bars keep their shape as time passes.
  const to = (Math.floor(now / MINUTE_US) + 1) * MINUTE_US
  const from = Math.floor((to - minutes * MINUTE_US) / (step * MINUTE_US)) * step * MINUTE_US
  const range = { from, to }
  const before = { from: from - (to - from), to: from }
  const lastMinute = { from: to - 2 * MINUTE_US, to: to - MINUTE_US }

  const [steps, bandsBefore, peak, complete, senders, rules, orgRules, latest, head] = await Promise.all([
    rollups.series(org, 'band', range, step),
    rollups.keys(org, 'band', before, { limit: BAND_NAMES.length, orderBy: 'count' }),
    rollups.busiest(org, range),
    rollups.series(org, 'all', lastMinute, 1),
    rollups.ranking(org, 'sender', range, { limit: RISKIEST, orderBy: 'riskMax', silentSince: now - SILENT_US }),
    rollups.keys(org, 'rule', range, { limit: RULES, orderBy: 'count' }),
    ruleSets.of(org),
    search.page(org, { minRisk: LATEST_MIN_RISK, from, to, now }, { limit: LATEST, order: 'newest' }),
    logs.head(org),
  ])
  const risky = senders.rows.filter(({ riskMax }) => riskMax > 0)
  const partMinutes = Math.max(1, Math.round(minutes / SPARK_PARTS))
  const sparks =
    risky.length === 0
      ? []
      : await rollups.series(
          org,
          'sender',
          range,
          partMinutes,
          risky.map(({ key }) => key),
        )

  const counts = toCounts(steps)
  const countsBefore = toCounts(bandsBefore)
  const entriesBefore = sum(countsBefore)

  return {
    from: toIso(from),
    to: toIso(to),
    stepMs: step * 60_000,
    entries: sum(counts),
    entriesBefore: entriesBefore === 0 ? null : entriesBefore,
    atRisk: sum(counts) - counts.none,
    atRiskBefore: entriesBefore === 0 ? null : entriesBefore - countsBefore.none,
    bands: counts,
    series: toSeries(steps, from, to, step),
    perSecond: (complete[0]?.count ?? 0) / 60,
    peakPerSecond: (peak?.count ?? 0) / 60,
    peakAt: peak === undefined ? null : toIso(peak.at),
    senders: senders.keys,
    silent: senders.silent,
    riskiest: risky.map(({ key, count, riskMax, lastMinute }) => ({
      sender: key,
      riskMax,
      band: bandOf(riskMax),
      entries: count,
      lastSeen: toIso(lastMinute),
      spark: toSpark(
        sparks.filter((one) => one.key === key),
        from,
        to,
        partMinutes,
      ),
    })),
    rules: rules.map(({ key, count }) => ({
      ruleId: key,
      title: orgRules.rules.get(key)?.title ?? key,
      level: orgRules.rules.get(key)?.weight?.level ?? 'informational',
      entries: count,
    })),
    // A page may hold fewer entries if their attributes are large.
    latest: [...fitting(latest.items.map(toRow), LIMITS.pageReplyBytes, 'first')],
    head: toTailCursor(head.seq),
  }
}

type Counts = Overview['bands']

/** Sums the rows per band. A band may have several rows. */
function toCounts(rows: readonly { readonly key: string; readonly count: number }[]): Counts {
  const counts: Counts = { none: 0, low: 0, medium: 0, high: 0, critical: 0 }
  for (const band of BAND_NAMES)
    counts[band] = rows.reduce((total, { key, count }) => (key === band ? total + count : total), 0)
  return counts
}

function sum({ none, low, medium, high, critical }: Counts): number {
  return none + low + medium + high + critical
}

/** Returns every step of the range, including empty ones. */
function toSeries(steps: readonly RollupStep[], from: number, to: number, stepMinutes: number): Overview['series'] {
  const byStep = groupByAt(steps)
  const series: Overview['series'] = []
  for (let at = from; at < to; at += stepMinutes * MINUTE_US)
    series.push({ at: toIso(at), ...toCounts(byStep.get(at) ?? []) })
  return series
}

function groupByAt(steps: readonly RollupStep[]): Map<number, RollupStep[]> {
  const groups = new Map<number, RollupStep[]>()
  for (const step of steps) groups.set(step.at, [...(groups.get(step.at) ?? []), step])
  return groups
}

function toSpark(steps: readonly RollupStep[], from: number, to: number, partMinutes: number): number[] {
  const start = Math.floor(from / (partMinutes * MINUTE_US)) * partMinutes * MINUTE_US
  const parts: number[] = []
  for (let at = start; at < to; at += partMinutes * MINUTE_US)
    parts.push(steps.find((one) => one.at === at)?.riskMax ?? 0)
  return parts
}
