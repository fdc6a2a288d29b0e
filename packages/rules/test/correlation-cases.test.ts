import { describeShared, sharedLines } from '@sentinelmesh/test-inputs'
import { expect, test } from 'vitest'
import { compileRuleSet, createEvaluator, readRules } from '../src/index.ts'

interface Fired {
  readonly rule: string
  readonly at_event_index: number
  readonly group: Readonly<Record<string, string>>
}
interface Case {
  readonly id: string
  readonly note: string
  readonly rules: string
  readonly events: readonly { readonly t: number }[]
  readonly expect: readonly Fired[]
}
interface CountsCase extends Omit<Case, 'expect'> {
  /** Null if unspecified. */
  readonly correlation_counts?: readonly (number | null)[]
}

/** The results of the rules and correlations for each event. */
function evaluate(text: string, events: Case['events']) {
  const { rules, correlations, filters, problems } = readRules([{ file: null, text }])
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([])
  const names = new Map([...rules, ...correlations].map(({ id, name, title }) => [id, name ?? title]))
  const evaluator = createEvaluator(compileRuleSet(rules, { correlations, filters }), {
    timeOf: (read) => Number(read('t')[0]),
  })
  expect(evaluator.notRun).toEqual([])
  return events.map((event, index) => {
    const { matches, correlations } = evaluator.feed(JSON.stringify(event), index)
    return {
      matches: matches.filter(({ contributes }) => contributes).map(({ ruleId }) => names.get(ruleId) ?? ''),
      correlations: correlations.map(({ correlationId, group, contributes }) => ({
        name: names.get(correlationId) ?? '',
        contributes,
        group: Object.fromEntries(group),
      })),
    }
  })
}

const inOrder = (fired: readonly Fired[]) =>
  fired.map(({ rule, at_event_index: at, group }) => JSON.stringify([at, rule, Object.entries(group).sort()])).sort()

const cases = sharedLines<Case>('sigma/correlation_cases.jsonl')
const counted = sharedLines<CountsCase>('sigma/conformance_dev.jsonl').filter(
  (line) => line.correlation_counts !== undefined,
)

describeShared('Sigma’s correlations', { needs: ['sigma/correlation_cases.jsonl'], tests: 99 }, () => {
  test.each(cases)('$id: $note', ({ rules, events, expect: wanted }) => {
    const fired = evaluate(rules, events).flatMap(({ matches, correlations }, at_event_index) => [
      ...matches.map((rule) => ({ rule, at_event_index, group: {} })),
      ...correlations
        .filter(({ contributes }) => contributes)
        .map(({ name, group }) => ({ rule: name, at_event_index, group })),
    ])
    expect(inOrder(fired)).toEqual(inOrder(wanted))
  })
})

describeShared(
  'correlation counts expected by other projects',
  { needs: ['sigma/conformance_dev.jsonl'], tests: 3 },
  () => {
    test.each(counted)('$id', ({ rules, events, correlation_counts: wanted = [] }) => {
      const found = evaluate(rules, events).map(({ correlations }) => correlations.length)
      expect(found.map((count, index) => (wanted[index] === null ? null : count))).toEqual(wanted)
    })
  },
)
