import type { CorrelationMatch } from '../correlate/correlation-match.ts'
import { createCorrelator } from '../correlate/correlator.ts'
import { evaluateEntry, evaluateJson } from '../match/evaluate.ts'
import { compileRuleSet } from '../match/rule-set.ts'
import type { Correlation, Filter, Rule } from '../parse/rule.ts'
import type { SourceRange } from '../parse/rule-error.ts'
import { viewsOf } from '../views/views-of.ts'
import type { CaseEvent, SequenceCase, WantedFire } from './cases.ts'

export interface SequenceTest {
  /** The sequence's range in the file of cases. */
  readonly range: SourceRange
  readonly events: number
  /** Expected fires that did not happen. */
  readonly missing: readonly WantedFire[]
  /** Fires that were not expected. */
  readonly unwanted: readonly Fire[]
}

export interface Fire {
  readonly match: CorrelationMatch
  /** Index of the event that made it fire. */
  readonly event: number
  /** That event's range in the file of cases. */
  readonly range: SourceRange
}

export interface SequenceDocuments {
  /** The rules that the correlations refer to. */
  readonly rules: readonly Rule[]
  /** The correlations whose fires are compared, and those that they refer to. */
  readonly correlations: readonly Correlation[]
  readonly filters: readonly Filter[]
  /** Ids of the correlations whose fires are compared. */
  readonly compared: ReadonlySet<string>
}

/** Returns a function that runs a sequence through the correlations, starting without state. */
export function sequenceRunner(documents: SequenceDocuments): (sequence: SequenceCase) => SequenceTest {
  const { rules, correlations, filters, compared } = documents
  const ruleSet = compileRuleSet(rules, { correlations, filters })
  const named = new Map<string, string>()
  for (const { id, name } of correlations) if (name !== null) named.set(name, id)
  for (const { id } of correlations) named.set(id, id)
  const evaluate = (event: CaseEvent) =>
    event.type === 'entry' ? evaluateEntry(event.entry, ruleSet, { views: viewsOf }) : evaluateJson(event.text, ruleSet)

  return ({ range, events, fires }) => {
    const correlator = createCorrelator({ rules, correlations })
    const came: Fire[] = events.flatMap(({ event, time, range: at }, index) => {
      const { matches, values } = evaluate(event)
      const ruleIds = matches.filter(({ filteredBy }) => filteredBy === null).map(({ ruleId }) => ruleId)
      return correlator
        .feed({ time, ref: index, ruleIds, values })
        .filter(({ correlationId }) => compared.has(correlationId))
        .map((match) => ({ match, event: index, range: at }))
    })
    const missing = fires.filter((wanted) => {
      const at = came.findIndex((fire) => isWanted(fire, wanted, named))
      if (at >= 0) came.splice(at, 1)
      return at < 0
    })
    // Fires that only feed another correlation are optional: a sequence can expect them, but need not.
    return { range, events: events.length, missing, unwanted: came.filter(({ match }) => match.contributes) }
  }
}

function isWanted({ match, event }: Fire, wanted: WantedFire, named: ReadonlyMap<string, string>): boolean {
  return (
    event === wanted.event &&
    (wanted.rule === null || named.get(wanted.rule) === match.correlationId) &&
    [...(wanted.group ?? [])].every(([name, text]) => match.group.get(name) === text)
  )
}
