import { describeShared, sharedLines } from '@sentinelmesh/test-inputs'
import { expect, test } from 'vitest'
import { compileRules, createEvaluator } from '../src/index.ts'

interface FilterCase {
  readonly id: string
  readonly rules: string
  readonly event: unknown
  /** Titles of the rules that match, except suppressed rules and those that only feed a correlation. */
  readonly expect: readonly string[]
}

const cases = sharedLines<FilterCase>('sigma/filter_cases.jsonl')

describeShared('Sigma filters', { needs: ['sigma/filter_cases.jsonl'], tests: 43 }, () => {
  test.each(cases)('$id', ({ rules, event, expect: wanted }) => {
    const evaluator = createEvaluator(compileRules(rules).ruleSet, { timeOf: () => 0 })
    const { matches, correlations } = evaluator.feed(JSON.stringify(event), 0)
    const titles = [...matches.filter(({ contributes }) => contributes), ...correlations].map(({ title }) => title)
    expect(titles.toSorted()).toEqual([...wanted].sort())
  })
})
