import type { CorrelationMatch } from './correlation-match.ts'
import { createCorrelator, type Correlator, type CorrelatorOptions } from './correlator.ts'
import type { LogSource } from '../entry.ts'
import { evaluateJson } from '../match/evaluate.ts'
import type { Match } from '../match/match.ts'
import type { RuleSet } from '../match/rule-set.ts'

/** Reads a field of an event: its texts in order, none where it is not there. */
export type ReadField = (field: string) => readonly string[]

export interface EvaluatorOptions extends CorrelatorOptions {
  /** Epoch milliseconds of an event; null where it does not say. Asked only for events that a correlation counts. */
  readonly timeOf: (read: ReadField) => number | null
  /** Of all events; without it all rules are tried. */
  readonly logsource?: LogSource | null
}

export interface Evaluated {
  /** Those with `contributes: false` only feed correlations, or were held back by a filter. */
  readonly matches: readonly Match[]
  readonly correlations: readonly CorrelationMatch[]
  /** True where a correlation would have counted the event, but it says no time. */
  readonly untimed: boolean
}

export interface Evaluator extends Pick<Correlator, 'stats' | 'snapshot' | 'notRun'> {
  /**
   * Tries all rules on the next event, a JSON object. Correlations call it `ref`. Throws `JsonTextError`
   * where the text is not JSON or nested deeper than `LIMITS.jsonDepth`.
   */
  feed(json: string, ref: string | number): Evaluated
}

/** Rules and correlations over a stream of JSON events, for programs without a server. */
export function createEvaluator(ruleSet: RuleSet, options: EvaluatorOptions): Evaluator {
  const { timeOf, logsource = null } = options
  const { rules, custom, correlations } = ruleSet
  const named = [...rules, ...custom.map(({ id }) => ({ id, name: null }))]
  const { feed, wants, ...rest } = createCorrelator({ rules: named, correlations }, options)
  return {
    ...rest,
    feed(json, ref) {
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
