import * as fc from 'fast-check'
import type { TestEvent } from './correlation-oracle.ts'
import { CORRELATION_TYPES, type Correlation, type CorrelationOperator } from '../src/parse/rule.ts'

/** A parsed correlation. Defaults to an event count of rule `a`. */
export function aCorrelation(given: Partial<Correlation> & { readonly id: string }): Correlation {
  return {
    kind: 'correlation',
    name: null,
    title: given.id,
    description: null,
    status: null,
    author: null,
    date: null,
    modified: null,
    license: null,
    references: [],
    tags: [],
    falsepositives: [],
    text: '',
    hash: given.id,
    level: 'medium',
    points: 40,
    family: given.id,
    type: 'event_count',
    rules: ['a'],
    groupBy: [],
    aliases: new Map(),
    timespanMs: 10_000,
    condition: [{ operator: 'gte', number: 3 }],
    fields: [],
    percentile: null,
    generate: false,
    ...given,
  }
}

export const RULES = ['a', 'b', 'c'].map((id) => ({ id, name: `rule ${id}` }))

/** An event `seconds` after the epoch that the rules match. */
export function anEvent(
  seconds: number,
  ruleIds: readonly string[],
  fields: Readonly<Record<string, string>> = {},
  ref = 0,
): TestEvent {
  return {
    time: seconds * 1_000,
    ref,
    ruleIds,
    values: (field) => (fields[field] === undefined ? [] : [fields[field]]),
  }
}

const OPERATORS: readonly CorrelationOperator[] = ['gte', 'gt', 'gte', 'lte', 'lt', 'eq', 'neq']
const FIELDS = ['U', 'H'] as const

const anyDraft = fc.record({
  type: fc.constantFrom(...CORRELATION_TYPES),
  rules: fc.uniqueArray(fc.nat(5), { minLength: 1, maxLength: 4 }),
  groupBy: fc.uniqueArray(fc.constantFrom(...FIELDS, 'X'), { maxLength: 2 }),
  /** The field that `X` means for each rule. Without an alias, only fires have `X`, as a value of their group. */
  alias: fc.option(fc.array(fc.constantFrom(...FIELDS, 'V', 'X', null), { minLength: 6, maxLength: 6 }), { freq: 3 }),
  timespanMs: fc.constantFrom(1_000, 5_000, 10_000, 60_000),
  condition: fc.array(
    fc.record({ operator: fc.constantFrom(...OPERATORS), number: fc.constantFrom(0, 1, 2, 3, 4, 7.5, 20, 50) }),
    { minLength: 1, maxLength: 2 },
  ),
  bare: fc.boolean(),
  fields: fc.constantFrom(['V'], ['V', 'H'], ['U'], ['X']),
  percentile: fc.constantFrom(null, 0, 50, 90, 100),
  generate: fc.boolean(),
})

/** Up to four correlations in evaluation order. Each can refer to earlier ones. */
export const anyCorrelations: fc.Arbitrary<Correlation[]> = fc
  .array(anyDraft, { minLength: 1, maxLength: 4 })
  .map((drafts) =>
    drafts.map(({ rules, alias, bare, condition, ...draft }, index) => {
      const known = [...RULES.map(({ id }) => id), ...Array.from({ length: index }, (_, inner) => `k${inner}`)]
      const referred = [...new Set(rules.map((number) => known[number % known.length] ?? 'a'))]
      const temporal = draft.type === 'temporal' || draft.type === 'temporal_ordered'
      const fieldOf = (rule: string): [string, string][] => {
        const field = alias?.[known.indexOf(rule)]
        return field === null || field === undefined ? [] : [[rule, field]]
      }
      return aCorrelation({
        ...draft,
        id: `k${index}`,
        rules: referred,
        aliases: new Map(alias === null ? [] : [['X', new Map(referred.flatMap(fieldOf))]]),
        condition: temporal && bare ? null : condition,
      })
    }),
  )

const anyStep = fc.record({
  /** Milliseconds after the previous event: mostly in order, some late, some with a clock change. */
  after: fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(0, 1, 500, 1_000, 2_500) },
    { weight: 5, arbitrary: fc.constantFrom(-400, -1_000, -4_000, -9_000) },
    { weight: 1, arbitrary: fc.constantFrom(10_000, 10_001, 60_001, -60_000, -700_000, 700_000) },
  ),
  rules: fc.shuffledSubarray(['a', 'b', 'c'], { minLength: 1 }),
  U: fc.constantFrom('x', 'x', 'y', null),
  H: fc.constantFrom('x', 'x', '1', null),
  V: fc.constantFrom('1', '2.5', '-3', '20', '1e999', 'text', '', null),
})

export const anyEvents: fc.Arbitrary<TestEvent[]> = fc
  .array(anyStep, { minLength: 10, maxLength: 60, size: 'max' })
  .map((steps) => {
    let time = 1_700_000_000_000
    return steps.map(({ after, rules, ...fields }, ref) => {
      time += after
      const values = (field: string) => {
        const value = Object.entries(fields).find(([name]) => name === field)?.[1] ?? null
        return value === null ? [] : [value]
      }
      return { time, ref, ruleIds: rules, values }
    })
  })
