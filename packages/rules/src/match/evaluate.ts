import { JsonTextError } from '@sentinelmesh/text/json-text'
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
 * Evaluates the rules on the text of any JSON object, with its top-level keys as fields. Without a log source all rules
 * apply. Throws `JsonTextError` if the text is not JSON, is an array, or is nested deeper than `LIMITS.jsonDepth`, and
 * `TypeError` for anything but a text.
 */
export function matchJson(text: string, ruleSet: RuleSet, logsource: LogSource | null = null): readonly Match[] {
  return matchesOf(ruleSet.program.json(eventText(text), logsource, false))
}

/**
 * Like `matchJson`, for a value in memory, which is evaluated as `JSON.stringify` writes it. Prefer `matchJson` for an
 * event that arrives as text: parsing it first rounds numbers beyond 2^53. Throws `TypeError` for an array and for
 * anything that is not an object.
 */
export function matchObject(event: object, ruleSet: RuleSet, logsource: LogSource | null = null): readonly Match[] {
  return matchJson(objectText(event), ruleSet, logsource)
}

/** Like `matchEntry`, and also returns the values of fields, for correlations. */
export function evaluateEntry(entry: Entry, ruleSet: RuleSet, options: EntryOptions = {}): Evaluation {
  return evaluationOf(ruleSet.program.entry(entry, false, options))
}

/** Like `matchJson`, and also returns the values of fields, for correlations. */
export function evaluateJson(text: string, ruleSet: RuleSet, logsource: LogSource | null = null): Evaluation {
  return evaluationOf(ruleSet.program.json(eventText(text), logsource, false))
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
  return matchesOf(ruleSet.program.json(eventText(text), logsource, true))
}

/** Refuses what callers without type checks pass by mistake, and an array of events. */
function eventText(text: unknown): string {
  if (typeof text !== 'string')
    throw new TypeError(`The event must be the text of a JSON object, but it is ${kindOf(text)}. ${MATCH_OBJECT}`)
  if (/^[ \t\r\n]*\[/.test(text))
    throw new JsonTextError(
      'malformed',
      text.indexOf('['),
      'The event must be the text of a JSON object, but it is an array. Pass its elements one by one.',
    )
  return text
}

function objectText(event: unknown): string {
  if (typeof event === 'object' && event !== null && !Array.isArray(event)) return JSON.stringify(event)
  const mend = typeof event === 'string' ? 'Pass a text to matchJson.' : MATCH_OBJECT
  throw new TypeError(`The event must be an object, but it is ${kindOf(event)}. ${mend}`)
}

const MATCH_OBJECT = 'Pass objects to matchObject, one by one.'

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  return Array.isArray(value) ? 'an array' : typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function evaluationOf(outcome: Outcome): Evaluation {
  return { matches: matchesOf(outcome), undecided: outcome.undecided, values: outcome.values }
}

function matchesOf({ found }: Outcome): readonly Match[] {
  return found.map((one) => toMatch(one, toPlace))
}
