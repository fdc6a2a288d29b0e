import { toMatch, toPlace } from './found.ts'
import type { Match } from './match.ts'
import type { Outcome } from './program.ts'
import type { RuleSet } from './rule-set.ts'
import type { Undecided } from './undecided.ts'
import type { EntryOptions } from './view.ts'
import type { Entry, LogSource } from '../entry.ts'

/** The result of evaluating the rules on one event. */
export interface Evaluation {
  /** In the order of the rule set. */
  readonly matches: readonly Match[]
  /** Rules that could not be decided, in the order of the rule set. */
  readonly undecided: readonly Undecided[]
  /**
   * The texts of a field in the order of the event. Numbers keep the digits that were sent; nulls are left out. Cheap
   * for fields that rules or correlations name; any other field costs a second pass over the event.
   */
  values(field: string): readonly string[]
}

/** The rules that match the entry, in the order of the rule set, with places in the entry as given. */
export function matchEntry(entry: Entry, ruleSet: RuleSet, options: EntryOptions = {}): readonly Match[] {
  return matchesOf(ruleSet.program.entry(entry, false, options))
}

/**
 * Evaluates the rules on any JSON object, with its top-level keys as fields. Without a log source all rules apply.
 * Throws `JsonTextError` if the text is not JSON or is nested deeper than `LIMITS.jsonDepth`.
 */
export function matchJson(text: string, ruleSet: RuleSet, logsource: LogSource | null = null): readonly Match[] {
  return matchesOf(ruleSet.program.json(text, logsource, false))
}

/** Like `matchEntry`, and also returns the values of fields, for correlations. */
export function evaluateEntry(entry: Entry, ruleSet: RuleSet, options: EntryOptions = {}): Evaluation {
  return evaluationOf(ruleSet.program.entry(entry, false, options))
}

/** Like `matchJson`, and also returns the values of fields, for correlations. */
export function evaluateJson(text: string, ruleSet: RuleSet, logsource: LogSource | null = null): Evaluation {
  return evaluationOf(ruleSet.program.json(text, logsource, false))
}

/** `matchEntry` without the index: evaluates every rule. Slow; the reference that tests compare the index with. */
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
