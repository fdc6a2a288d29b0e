import type { BacktestItem, RuleProblem } from '@sentinelmesh/api'
import type { StoredEntry } from '@sentinelmesh/db'
import type { Correlation, Rule } from '@sentinelmesh/rules'
import { toIso } from '@sentinelmesh/telemetry/timestamp'

const MINUTE_US = 60e6
const HOUR_US = 60 * MINUTE_US
const DAY_US = 24 * HOUR_US
/** Steps of the series, one per bar of the chart. */
const STEPS = 60
const EXAMPLES = 5
const TOP = 5
/** Distinct values to count per rule and field. Values that arrive later are not ranked. */
const VALUES = 2_000

/** The counts of one backtest, in bounded memory. */
export interface Tally {
  entry(entry: StoredEntry): void
  /** `alerts`: false for a rule that only feeds correlations. */
  match(ruleId: string, entry: StoredEntry, alerts: boolean): void
  filtered(ruleId: string): void
  changed(ruleId: string, how: 'new' | 'gone' | 'same'): void
  scanned(): number
  progress(): BacktestItem
  result(end: { readonly incomplete: boolean; readonly problems: readonly RuleProblem[] }): BacktestItem
}

interface RuleTally {
  matches: number
  filtered: number
  changed: { new: number; gone: number; same: number } | null
  alerts: number
  /** The hour of each sender's last match. Matches of one rule and sender within an hour are one alert. */
  readonly lastHour: Map<string, number>
  readonly top: {
    readonly sender: Map<string, number>
    readonly kind: Map<string, number>
    readonly session: Map<string, number>
  }
  readonly examples: StoredEntry[]
}

export function tally(about: {
  readonly from: number
  readonly to: number
  readonly rules: readonly (Rule | Correlation)[]
  readonly reported: ReadonlySet<string>
  /** The org's active rules with these ids, to count the differences from them. */
  readonly current: ReadonlySet<string>
}): Tally {
  const { from, to, reported, current } = about
  const step = Math.max(MINUTE_US, Math.ceil((to - from) / STEPS / MINUTE_US) * MINUTE_US)
  const series = Array.from({ length: Math.ceil((to - from) / step) }, () => 0)
  const rules = new Map(
    about.rules.filter(({ id }) => reported.has(id)).map(({ id }) => [id, newRuleTally(current.has(id))]),
  )
  let scanned = 0
  let matches = 0
  let reached = from
  const fractionOf = (at: number) => Math.min(1, Math.max(0, (at - from) / (to - from)))

  return {
    entry({ at }) {
      scanned++
      reached = Math.max(reached, at)
    },
    match(ruleId, entry, alerts) {
      const rule = rules.get(ruleId)
      if (rule === undefined) return
      matches++
      rule.matches++
      const bucket = Math.floor((entry.at - from) / step)
      series[bucket] = (series[bucket] ?? 0) + 1
      if (alerts) countAlert(rule, entry)
      countUp(rule.top.sender, entry.sender)
      countUp(rule.top.kind, entry.kind)
      if (entry.session !== null) countUp(rule.top.session, entry.session)
      if (rule.examples.length < EXAMPLES) rule.examples.push(entry)
    },
    filtered(ruleId) {
      const rule = rules.get(ruleId)
      if (rule !== undefined) rule.filtered++
    },
    changed(ruleId, how) {
      const changed = rules.get(ruleId)?.changed
      if (changed) changed[how]++
    },
    scanned: () => scanned,
    progress: () => ({ type: 'progress', scanned, matches, fraction: fractionOf(reached), at: toIso(reached) }),
    result({ incomplete, problems }) {
      const end = incomplete ? reached : to
      const days = Math.max(end - from, MINUTE_US) / DAY_US
      const perDay = (alerts: number) => Math.round((alerts / days) * 100) / 100
      return {
        type: 'result',
        from: toIso(from),
        to: toIso(end),
        scanned,
        matches,
        alerts_per_day: perDay([...rules.values()].reduce((sum, rule) => sum + rule.alerts, 0)),
        step_ms: step / 1000,
        series: series.map((count, index) => ({ at: toIso(from + index * step), matches: count })),
        rules: about.rules.flatMap(({ id, kind, title, level }) => {
          const rule = rules.get(id)
          if (rule === undefined) return []
          return [
            {
              rule_id: id,
              kind,
              title,
              level,
              matches: rule.matches,
              filtered: rule.filtered,
              changed: rule.changed,
              alerts_per_day: perDay(rule.alerts),
              top: { sender: topOf(rule.top.sender), kind: topOf(rule.top.kind), session: topOf(rule.top.session) },
              examples: rule.examples.map(({ id: logId, at, sender, snippet }) => ({
                log_id: logId,
                at: toIso(at),
                sender,
                snippet,
              })),
            },
          ]
        }),
        problems: [...problems],
        incomplete,
      }
    },
  }
}

function newRuleTally(isCurrent: boolean): RuleTally {
  return {
    matches: 0,
    filtered: 0,
    changed: isCurrent ? { new: 0, gone: 0, same: 0 } : null,
    alerts: 0,
    lastHour: new Map(),
    top: { sender: new Map(), kind: new Map(), session: new Map() },
    examples: [],
  }
}

/** Entries arrive in the order of their time, so only a sender's last hour is needed. */
function countAlert(rule: RuleTally, { sender, at }: StoredEntry): void {
  const hour = Math.floor(at / HOUR_US)
  if (rule.lastHour.get(sender) === hour) return
  rule.alerts++
  if (rule.lastHour.size >= VALUES) rule.lastHour.clear()
  rule.lastHour.set(sender, hour)
}

function countUp(counts: Map<string, number>, value: string): void {
  const count = counts.get(value)
  if (count !== undefined) counts.set(value, count + 1)
  else if (counts.size < VALUES) counts.set(value, 1)
}

function topOf(counts: ReadonlyMap<string, number>): { value: string; matches: number }[] {
  return [...counts]
    .map(([value, matches]) => ({ value, matches }))
    .toSorted((a, b) => b.matches - a.matches || (a.value < b.value ? -1 : 1))
    .slice(0, TOP)
}
