import type { Correlation, CorrelationType } from '../parse/rule.ts'
import type { Level } from '../risk.ts'

/** A base event that contributed to a correlation match. */
export interface BaseEvent {
  /** The reference that the caller passed to `feed`. */
  readonly ref: string | number
  /** Epoch milliseconds. */
  readonly time: number
  /** The rule that it matched, one of those that the correlation refers to. */
  readonly ruleId: string
}

/** A correlation that fired for a group of events. */
export interface CorrelationMatch {
  readonly correlationId: string
  /** Hex SHA-256 of the correlation's text. */
  readonly hash: string
  readonly title: string
  readonly level: Level
  /** 0–100. */
  readonly points: number
  readonly family: string
  /** False if it only feeds another correlation, one without `generate`. */
  readonly contributes: boolean
  /** `time` and `ref` of the event that made it fire. */
  readonly time: number
  readonly ref: string | number
  /** The shared values, by the names in `group-by` and in that order, cut at `LIMITS.correlationValueChars`. */
  readonly group: ReadonlyMap<string, string>
  readonly reached: Reached
  readonly condition: Correlation['condition']
  readonly timespanMs: number
  /** Its newest `LIMITS.correlationEvidence` base events, oldest first, including those of inner correlations. */
  readonly evidence: readonly BaseEvent[]
}

/** The value that the condition was compared with, and what it was computed from. */
export interface Reached {
  readonly type: CorrelationType
  /** A count (of events, distinct values or rules), sum, maximum, minimum, average, percentile, or share in percent. */
  readonly value: number
  /** The number of events in the window that it was computed from. */
  readonly events: number
  /** The rules seen, in the correlation's order, for `temporal` and `temporal_ordered`; else empty. */
  readonly rules: readonly string[]
  /** The number of rules that the correlation refers to. */
  readonly ofRules: number
  /** The fields that `value_*` read. */
  readonly fields: readonly string[]
  /** For `value_percentile`: the percentile, or null for the share of the current value. */
  readonly percentile: number | null
  /**
   * True if the group had more than `LIMITS.correlationGroupEvents` events. Sums, counts and extremes are then exact
   * except at the edge of the window; of other values the least recent were dropped.
   */
  readonly partial: boolean
}

/** Describes the match, such as `5 events (≥ 5) within 10m for user=bob`. Values are not escaped. */
export function describeCorrelation(match: CorrelationMatch): string {
  const group = [...match.group].map(([name, value]) => `${name}=${value}`)
  const within = `within ${timespanText(match.timespanMs)}`
  return `${reachedText(match)} ${within}${group.length === 0 ? '' : ` for ${group.join(', ')}`}`
}

function reachedText({ reached, condition }: CorrelationMatch): string {
  const { type, value, fields, ofRules, percentile, events } = reached
  const wanted =
    condition === null ? '' : ` (${condition.map(({ operator, number }) => `${SIGNS[operator]} ${number}`).join(', ')})`
  const about = reached.partial ? 'about ' : ''
  const field = fields.join(', ')
  const from = `of ${events} ${events === 1 ? 'event' : 'events'}`
  switch (type) {
    case 'event_count':
      return `${about}${value} ${value === 1 ? 'event' : 'events'}${wanted}`
    case 'value_count':
      return `${about}${value} distinct ${value === 1 ? 'value' : 'values'} of ${field}${wanted}`
    case 'temporal':
      return `${value} of ${ofRules} rules${wanted}`
    case 'temporal_ordered':
      return `${value} of ${ofRules} rules in order${wanted}`
    case 'value_sum':
      return `${field} adds up to ${value}${wanted} over ${events} ${events === 1 ? 'event' : 'events'}`
    case 'value_max':
      return `the largest ${field} is ${value}${wanted}`
    case 'value_min':
      return `the smallest ${field} is ${value}${wanted}`
    case 'value_avg':
      return `the average ${field} ${from} is ${value}${wanted}`
    case 'value_percentile':
      return percentile === null
        ? `the value of ${field} is that ${from} in ${value} %${wanted}`
        : `percentile ${percentile} of ${field} ${from} is ${value}${wanted}`
  }
}

const SIGNS = { eq: '=', neq: '≠', lt: '<', lte: '≤', gt: '>', gte: '≥' } as const

/** Formats a time span as correlations write it, such as `10m`. */
function timespanText(milliseconds: number): string {
  const seconds = milliseconds / 1_000
  if (seconds % 86_400 === 0) return `${seconds / 86_400}d`
  if (seconds % 3_600 === 0) return `${seconds / 3_600}h`
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`
}
