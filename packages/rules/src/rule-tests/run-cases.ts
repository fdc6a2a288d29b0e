import { createExplainer } from '../explain/explain.ts'
import type { Explanation } from '../explain/explanation.ts'
import type { Filter, Rule } from '../parse/rule.ts'
import type { SourceRange } from '../parse/rule-error.ts'
import { viewsOf } from '../views/views-of.ts'
import type { CaseEvent, RuleCases } from './cases.ts'
import { coverageOf, type SelectionCoverage, type Tried } from './coverage.ts'

export interface RuleTest {
  readonly rule: Rule
  /** The number of events that were evaluated. */
  readonly events: number
  readonly failures: readonly CaseFailure[]
  readonly coverage: readonly SelectionCoverage[]
}

export interface CaseFailure {
  readonly wanted: 'match' | 'no_match'
  /** The event's range in the file of cases. */
  readonly range: SourceRange
  readonly event: CaseEvent
  /** Explains which parts of the rule matched, and what was found instead of the others. */
  readonly explanation: Explanation
}

/** Evaluates a rule on each of its events separately, with the filters that apply to it. */
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
