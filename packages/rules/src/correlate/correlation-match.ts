import type { Correlation, CorrelationType } from '../parse/rule.ts'
import type { Level } from '../risk.ts'

/** A base event that made a correlation hold. */
export interface BaseEvent {
  /** What the caller called it when it was fed. */
  readonly ref: string | number
  /** Epoch milliseconds. */
  readonly time: number
  /** The rule that it matched, of those that the correlation refers to. */
  readonly ruleId: string
}

/** A correlation that held for a group of events. */
export interface CorrelationMatch {
  readonly correlationId: string
  /** SHA-256 of the correlation's text, hex. */
  readonly hash: string
  readonly title: string
  readonly level: Level
  /** 0–100. */
  readonly points: number
  readonly family: string
  /** False where it only feeds another correlation, which does not say `generate`. */
  readonly contributes: boolean
  /** Of the event that made it hold, and what the caller called it. */
  readonly time: number
  readonly ref: string | number
  /** The values that its events share, by the names of `group-by`, in that order. Beyond `LIMITS.correlationValueChars` cut. */
  readonly group: ReadonlyMap<string, string>
  readonly reached: Reached
  readonly condition: Correlation['condition']
  readonly timespanMs: number
  /** The newest `LIMITS.correlationEvidence` of its base events, oldest first: of a correlation of correlations, theirs too. */
  readonly evidence: readonly BaseEvent[]
}

/** What the condition was compared with. */
export interface Reached {
  readonly type: CorrelationType
  /** Events, distinct values, rules seen, a sum, the largest, the smallest, an average, a percentile, or a share in percent. */
  readonly value: number
  /** How many events of the window it was made from. */
  readonly events: number
  /** Of `temporal` and `temporal_ordered` the rules seen, in the order of the correlation; else empty. */
  readonly rules: readonly string[]
  /** How many rules it refers to. */
  readonly ofRules: number
  /** The fields that `value_*` read. */
  readonly fields: readonly string[]
  /** Of `value_percentile`; null for the share of the current value. */
  readonly percentile: number | null
  /**
   * True where the group had more events than `LIMITS.correlationGroupEvents`: sums, counts and extremes are then exact but
   * for the edge of the window; values beyond were left out, the least recent first.
   */
  readonly partial: boolean
}

/** The match in a sentence: `5 events (≥ 5) within 10m for user=bob`. Values are shown as they are: escape them where needed. */
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

/** As a correlation writes it: `10m`. */
function timespanText(milliseconds: number): string {
  const seconds = milliseconds / 1_000
  if (seconds % 86_400 === 0) return `${seconds / 86_400}d`
  if (seconds % 3_600 === 0) return `${seconds / 3_600}h`
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`
}
