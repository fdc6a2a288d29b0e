import { describeShared, sharedLines } from '@sentinelmesh/test-inputs'
import { expect, test } from 'vitest'
import { compileRules, evaluateJson, type RuleSet } from '../src/index.ts'

interface ConformanceCase {
  readonly id: string
  readonly rules: string
  readonly event: unknown
  readonly match: boolean | undefined
  readonly alert_count?: number
  readonly events?: readonly unknown[] | null
  readonly min_matches?: number | null
  /** Cases with this field belong to the tests of correlations. */
  readonly correlation_counts?: unknown
  readonly placeholders?: Readonly<Record<string, readonly string[]>>
}

const cases = sharedLines<ConformanceCase>('sigma/conformance_dev.jsonl').filter(
  ({ correlation_counts: counts }) => counts === undefined,
)

const alerts = (event: unknown, ruleSet: RuleSet) =>
  evaluateJson(JSON.stringify(event), ruleSet).matches.filter(({ filteredBy }) => filteredBy === null).length

/** The expected result if it differs from the actual one. */
function mistake({ event, events, match, min_matches: least, alert_count: count }: ConformanceCase, ruleSet: RuleSet) {
  if (events) {
    const matching = events.filter((one) => alerts(one, ruleSet) > 0).length
    return matching >= (least ?? 1) ? null : `${matching} of ${events.length} events match, at least ${least} should`
  }
  const found = alerts(event, ruleSet)
  const right = count === undefined ? found > 0 === match : found === count
  return right ? null : `${found} alerts, wanted ${count ?? match}`
}

describeShared('rules and events of other projects', { needs: ['sigma/conformance_dev.jsonl'], tests: 177 }, () => {
  test.each(cases)('$id', (one) => {
    const placeholders = new Map(Object.entries(one.placeholders ?? {}))
    expect(mistake(one, compileRules(one.rules, { placeholders }).ruleSet)).toBeNull()
  })
})
