import { toMatch, toPlace } from './found.ts'
import type { Match } from './match.ts'
import type { Outcome } from './program.ts'
import type { RuleSet } from './rule-set.ts'
import type { Undecided } from './undecided.ts'
import type { EntryOptions } from './view.ts'
import type { Entry, LogSource } from '../entry.ts'

/** What the rules say of one event. */
export interface Evaluation {
  /** In the order of the rule set. */
  readonly matches: readonly Match[]
  /** Rules of which it is not known whether they hold, in the order of the rule set. */
  readonly undecided: readonly Undecided[]
  /**
   * The texts of a field of the event in the order of the event, numbers with the digits that were sent; null is none.
   * Quick for fields that rules or correlations name; any other costs a second reading of the event.
   */
  values(field: string): readonly string[]
}

/** The rules that hold for the entry, in the order of the rule set, with the places in the entry as it is given. */
export function matchEntry(entry: Entry, ruleSet: RuleSet, options: EntryOptions = {}): readonly Match[] {
  return matchesOf(ruleSet.program.entry(entry, false, options))
}

/**
 * The same for any JSON object, its top-level keys being the fields. Without a log source all rules are tried. Throws
 * `JsonTextError` where the text is not JSON or nested deeper than `LIMITS.jsonDepth`.
 */
export function matchJson(text: string, ruleSet: RuleSet, logsource: LogSource | null = null): readonly Match[] {
  return matchesOf(ruleSet.program.json(text, logsource, false))
}

/** `matchEntry` with the values of fields, for correlations. */
export function evaluateEntry(entry: Entry, ruleSet: RuleSet, options: EntryOptions = {}): Evaluation {
  return evaluationOf(ruleSet.program.entry(entry, false, options))
}

/** `matchJson` with the values of fields, for correlations. */
export function evaluateJson(text: string, ruleSet: RuleSet, logsource: LogSource | null = null): Evaluation {
  return evaluationOf(ruleSet.program.json(text, logsource, false))
}

/** `matchEntry` without the index, every rule tried: slow, and what the index is proven equal to. */
export function matchEntryByEveryRule(entry: Entry, ruleSet: RuleSet, options: EntryOptions = {}): readonly Match[] {
  return matchesOf(ruleSet.program.entry(entry, true, options))
}

/** `matchJson` without the index. */
export function matchJsonByEveryRule(
  text: string,
  ruleSet: RuleSet,
  logsource: LogSource | null = null,
): readonly Match[] {
  return matchesOf(ruleSet.program.json(text, logsource, true))
}

function evaluationOf(outcome: Outcome): Evaluation {
  return { matches: matchesOf(outcome), undecided: outcome.undecided, values: outcome.values }
}

function matchesOf({ found }: Outcome): readonly Match[] {
  return found.map((one) => toMatch(one, toPlace))
}
