import { createExplainer } from '../explain/explain.ts'
import type { Explanation } from '../explain/explanation.ts'
import type { Filter, Rule } from '../parse/rule.ts'
import type { SourceRange } from '../parse/rule-error.ts'
import { viewsOf } from '../views/views-of.ts'
import type { CaseEvent, RuleCases } from './cases.ts'
import { coverageOf, type SelectionCoverage, type Tried } from './coverage.ts'

export interface RuleTest {
  readonly rule: Rule
  /** Events that were tried. */
  readonly events: number
  readonly failures: readonly CaseFailure[]
  readonly coverage: readonly SelectionCoverage[]
}

export interface CaseFailure {
  readonly wanted: 'match' | 'no_match'
  /** Of the event, in the file of cases. */
  readonly range: SourceRange
  readonly event: CaseEvent
  /** Which parts of the rule held and which did not, with what was found instead. */
  readonly explanation: Explanation
}

/** Tries a rule on its events, each alone, with these filters applied where they are for the rule. */
export function runCases(rule: Rule, cases: RuleCases, filters: readonly Filter[]): RuleTest {
  const explain = createExplainer(rule, { filters, views: viewsOf })
  const failures: CaseFailure[] = []
  const tried: Tried[] = []
  for (const wanted of ['match', 'no_match'] as const) {
    for (const { event, range } of wanted === 'match' ? cases.match : cases.noMatch) {
      const explanation = explain(event.type === 'entry' ? event.entry : event.text)
      tried.push({ must: wanted === 'match', explanation })
      const matched = explanation.held && explanation.filteredBy === null
      if (matched !== (wanted === 'match')) failures.push({ wanted, range, event, explanation })
    }
  }
  return { rule, events: tried.length, failures, coverage: coverageOf(rule, tried) }
}
