import type { Found, LeafPlace, Outcome, RuleSet } from './compile.ts'
import type { Entry, LogSource } from '../entry.ts'
import type { Match, Place } from './match.ts'

/** The rules that hold for the entry, in the order of the rule set, with the places in the entry as it is given. */
export function matchEntry(entry: Entry, ruleSet: RuleSet): readonly Match[] {
  return matchesOf(ruleSet.program.entry(entry, false))
}

/** The same for any JSON object, its top-level keys being the fields. Without a log source all rules are tried. */
export function matchJson(text: string, ruleSet: RuleSet, logsource: LogSource | null = null): readonly Match[] {
  return matchesOf(ruleSet.program.json(text, logsource, false))
}

/** `matchEntry` without the index, every rule tried: slow, and what the index is proven equal to. */
export function matchEntryByEveryRule(entry: Entry, ruleSet: RuleSet): readonly Match[] {
  return matchesOf(ruleSet.program.entry(entry, true))
}

function matchesOf({ found }: Outcome): readonly Match[] {
  return found.map((one) => toMatch(one, one.places.map(toPlace)))
}

export function toMatch({ rule }: Found, places: readonly Place[]): Match {
  const { id, hash, title, level, points, family } = rule
  return { ruleId: id, ruleHash: hash, title, level, points, family, contributes: true, places }
}

export function toPlace({ leaf, start, end }: LeafPlace): Place {
  return { field: leaf.field, pointer: leaf.pointers === null ? null : leaf.pointers(leaf.start), start, end }
}
