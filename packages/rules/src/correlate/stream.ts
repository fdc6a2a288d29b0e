import type { CorrelationMatch } from './correlation-match.ts'
import { createCorrelator, type Correlator, type CorrelatorOptions } from './correlator.ts'
import type { LogSource } from '../entry.ts'
import { evaluateJson } from '../match/evaluate.ts'
import type { Match } from '../match/match.ts'
import type { RuleSet } from '../match/rule-set.ts'

/** Reads a field of an event: its texts in order, or an empty list if it is absent. */
export type ReadField = (field: string) => readonly string[]

export interface EvaluatorOptions extends CorrelatorOptions {
  /** The event's time in epoch milliseconds, or null. Called only for events that a correlation counts. */
  readonly timeOf: (read: ReadField) => number | null
  /** The log source of all events. Without it, all rules apply. */
  readonly logsource?: LogSource | null
}

export interface Evaluated {
  /** Matches with `contributes: false` only feed correlations, or were suppressed by a filter. */
  readonly matches: readonly Match[]
  readonly correlations: readonly CorrelationMatch[]
  /** True if a correlation would have counted the event, but the event has no time. */
  readonly untimed: boolean
}

export interface Evaluator extends Pick<Correlator, 'stats' | 'snapshot' | 'notRun'> {
  /**
   * Evaluates the next event, a JSON object. `ref` identifies it in evidence. Throws `JsonTextError` if the text is not
   * JSON or is nested deeper than `LIMITS.jsonDepth`. `logsource` replaces the option for this event.
   */
  feed(json: string, ref: string | number, logsource?: LogSource | null): Evaluated
}

/** Evaluates rules and correlations over a stream of JSON events, without a server. */
export function createEvaluator(ruleSet: RuleSet, options: EvaluatorOptions): Evaluator {
  const { timeOf } = options
  const { rules, custom, correlations } = ruleSet
  const named = [...rules, ...custom.map(({ id }) => ({ id, name: null }))]
  const { feed, wants, ...rest } = createCorrelator({ rules: named, correlations }, options)
  return {
    ...rest,
    feed(json, ref, logsource = options.logsource ?? null) {
      const { matches, values } = evaluateJson(json, ruleSet, logsource)
      const ruleIds = matches.filter(({ filteredBy }) => filteredBy === null).map(({ ruleId }) => ruleId)
      if (!wants(ruleIds)) return { matches, correlations: NONE, untimed: false }
      const time = timeOf(values)
      if (time === null) return { matches, correlations: NONE, untimed: true }
      return { matches, correlations: feed({ time, ref, ruleIds, values }), untimed: false }
    },
  }
}

const NONE: readonly CorrelationMatch[] = []
