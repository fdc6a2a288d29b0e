import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { compileRuleSet, createEvaluator, readRules } from '../src/index.ts'

/** Cases written from the Sigma specification; they lie beside the repository and are not part of it. */
const folder = new URL('../../../../shared/sigma/', import.meta.url)

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
  /** Null: not stated. */
  readonly correlation_counts?: readonly (number | null)[]
}

function linesOf<Line>(name: string): readonly Line[] {
  const file = new URL(name, folder)
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
}

/** What the rules and correlations say of each event. */
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

const cases = linesOf<Case>('correlation_cases.jsonl')
const counted = linesOf<CountsCase>('conformance_dev.jsonl').filter((line) => line.correlation_counts !== undefined)
const where = (count: number) => (count === 0 ? 'skipped: ../shared/sigma is not there' : `${count} cases`)

describe.skipIf(cases.length === 0)(`Sigma's correlations (${where(cases.length)})`, () => {
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

describe.skipIf(counted.length === 0)(`what other projects expect of correlations (${where(counted.length)})`, () => {
  test.each(counted)('$id', ({ rules, events, correlation_counts: wanted = [] }) => {
    const found = evaluate(rules, events).map(({ correlations }) => correlations.length)
    expect(found.map((count, index) => (wanted[index] === null ? null : count))).toEqual(wanted)
  })
})
