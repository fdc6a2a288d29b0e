import { describe, expect, test } from 'vitest'
import { compileRules, createEvaluator } from '../src/index.ts'
import { howMany, sigmaCases } from './sigma-cases.ts'

interface FilterCase {
  readonly id: string
  readonly rules: string
  readonly event: unknown
  /** Titles of the rules that match; one that a filter held back, or that only feeds a correlation, is none. */
  readonly expect: readonly string[]
}

const cases = sigmaCases<FilterCase>('filter_cases.jsonl')

describe.skipIf(cases.length === 0)(`Sigma filters (${howMany(cases)})`, () => {
  test.each(cases)('$id', ({ rules, event, expect: wanted }) => {
    const evaluator = createEvaluator(compileRules(rules).ruleSet, { timeOf: () => 0 })
    const { matches, correlations } = evaluator.feed(JSON.stringify(event), 0)
    const titles = [...matches.filter(({ contributes }) => contributes), ...correlations].map(({ title }) => title)
    expect(titles.toSorted()).toEqual([...wanted].sort())
  })
})
