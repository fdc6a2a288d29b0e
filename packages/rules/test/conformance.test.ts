import { describe, expect, test } from 'vitest'
import { compileRules, evaluateJson, type RuleSet } from '../src/index.ts'
import { howMany, sigmaCases } from './sigma-cases.ts'

interface ConformanceCase {
  readonly id: string
  readonly rules: string
  readonly event: unknown
  readonly match: boolean | undefined
  readonly alert_count?: number
  readonly events?: readonly unknown[] | null
  readonly min_matches?: number | null
  /** Those are for the correlations' own tests. */
  readonly correlation_counts?: unknown
  readonly placeholders?: Readonly<Record<string, readonly string[]>>
}

const cases = sigmaCases<ConformanceCase>('conformance_dev.jsonl').filter(
  ({ correlation_counts: counts }) => counts === undefined,
)

const alerts = (event: unknown, ruleSet: RuleSet) =>
  evaluateJson(JSON.stringify(event), ruleSet).matches.filter(({ filteredBy }) => filteredBy === null).length

/** What it should have been, where it was something else. */
function mistake({ event, events, match, min_matches: least, alert_count: count }: ConformanceCase, ruleSet: RuleSet) {
  if (events) {
    const matching = events.filter((one) => alerts(one, ruleSet) > 0).length
    return matching >= (least ?? 1) ? null : `${matching} of ${events.length} events match, at least ${least} should`
  }
  const found = alerts(event, ruleSet)
  const right = count === undefined ? found > 0 === match : found === count
  return right ? null : `${found} alerts, wanted ${count ?? match}`
}

describe.skipIf(cases.length === 0)(`rules and events of other projects (${howMany(cases)})`, () => {
  test.each(cases)('$id', (one) => {
    const placeholders = new Map(Object.entries(one.placeholders ?? {}))
    expect(mistake(one, compileRules(one.rules, { placeholders }).ruleSet)).toBeNull()
  })
})
