import type { CorrelationEvent } from '../src/correlate/input.ts'
import { LIMITS } from '../src/limits.ts'
import type { Correlation } from '../src/parse/rule.ts'

/** A fire, with enough detail to compare two implementations of the same correlations. */
export interface Fire {
  readonly event: number
  readonly correlation: string
  readonly group: string
  readonly value: number
  readonly evidence: readonly (string | number)[]
}

interface Seen {
  readonly time: number
  readonly rules: readonly string[]
  readonly values: (field: string) => readonly string[]
  /** The base events that it consists of. */
  readonly refs: readonly (string | number)[]
}

interface Group {
  newest: number
  holdUntil: number
  /** Every event ever counted, in order of arrival. */
  readonly seen: Seen[]
}

/** An event of the tests. `ref` is its index. */
export type TestEvent = CorrelationEvent & { readonly ref: number }

/**
 * A naive implementation of correlations that keeps every event and examines all of them each time. `correlations` are
 * in evaluation order and refer to rules and to each other by id.
 */
export function oracle(correlations: readonly Correlation[], events: readonly TestEvent[]): Fire[] {
  const fires: Fire[] = []
  const groups = new Map(correlations.map(({ id }) => [id, new Map<string, Group>()]))
  for (const { time, ref, ruleIds, values } of events) {
    if (!correlations.some(({ rules }) => rules.some((id) => ruleIds.includes(id)))) continue
    for (const { id, timespanMs } of correlations)
      for (const [key, { newest }] of groups.get(id) ?? [])
        if (newest + timespanMs + LIMITS.correlationGraceMs < time) groups.get(id)?.delete(key)

    const inputs: Seen[] = [{ time, rules: ruleIds, values, refs: [ref] }]
    for (const correlation of correlations) {
      const fired: Seen[] = []
      const order = ({ rules }: Seen) => (rules === ruleIds ? -1 : correlation.rules.indexOf(rules[0] ?? ''))
      for (const input of inputs.toSorted((a, b) => order(a) - order(b)))
        for (const [key, rules] of keysOf(correlation, input)) {
          const of = groups.get(correlation.id) ?? new Map<string, Group>()
          const fire = count(correlation, of, key, { ...input, rules })
          if (fire === null) continue
          const group: string[] = JSON.parse(key)
          fires.push({
            event: ref,
            correlation: correlation.id,
            group: JSON.stringify(correlation.groupBy.map((name, index) => [name, group[index]])),
            value: fire.value,
            evidence: fire.evidence,
          })
          const shared = new Map(correlation.groupBy.map((name, index) => [name, group[index] ?? '']))
          fired.push({
            time,
            rules: [correlation.id],
            values: (field) => {
              const own = shared.get(field)
              return own === undefined ? input.values(field) : [own]
            },
            refs: fire.evidence,
          })
        }
      inputs.push(...fired)
    }
  }
  return fires
}

/** The groups in which the input counts, with the rules that it counts for. */
function keysOf({ rules, groupBy, aliases }: Correlation, input: Seen): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const rule of rules.filter((id) => input.rules.includes(id))) {
    const texts = groupBy.map((name) => {
      const alias = aliases.get(name)
      const field = alias === undefined ? name : alias.get(rule)
      return field === undefined ? undefined : input.values(field)[0]
    })
    if (texts.includes(undefined)) continue
    const key = JSON.stringify(texts)
    found.set(key, [...(found.get(key) ?? []), rule])
  }
  return found
}

function count(correlation: Correlation, groups: Map<string, Group>, key: string, input: Seen) {
  const { timespanMs } = correlation
  let group = groups.get(key)
  if (group !== undefined && input.time < group.newest - timespanMs) {
    if (input.time >= group.newest - timespanMs - LIMITS.correlationGraceMs) return null
    group = undefined
  }
  group ??= { newest: input.time, holdUntil: -Infinity, seen: [] }
  groups.set(key, group)
  group.newest = Math.max(group.newest, input.time)
  group.seen.push(input)
  const { newest } = group
  const inWindow = group.seen.filter(({ time }) => newest - time <= timespanMs)
  const reached = valueOf(correlation, inWindow, input)
  if (reached === null || newest <= group.holdUntil || !holds(correlation, reached.value)) return null
  group.holdUntil = newest + timespanMs
  const arrival = (one: Seen) => inWindow.indexOf(one)
  const byTime = reached.from.toSorted((a, b) => a.time - b.time || arrival(a) - arrival(b))
  const kept = correlation.type === 'temporal_ordered' ? reached.from : byTime
  const evidence = kept.slice(-LIMITS.correlationEvidence).flatMap(({ refs }) => refs)
  return { value: reached.value, evidence: evidence.slice(-LIMITS.correlationEvidence) }
}

interface Value {
  readonly value: number
  /** The events that contribute to the fire. Of events with equal values, the last. */
  readonly from: readonly Seen[]
}

function valueOf(correlation: Correlation, seen: readonly Seen[], current: Seen): Value | null {
  const { type, fields, aliases, rules, percentile } = correlation
  /** The result of `read` for the first rule, in the order of the correlation, that has one. */
  const ofRules = <T>({ values, rules: own }: Seen, read: (texts: readonly (string | undefined)[]) => T | null) =>
    rules
      .filter((rule) => own.includes(rule))
      .map((rule) =>
        read(
          fields.map((name) => {
            const alias = aliases.get(name)
            const field = alias === undefined ? name : alias.get(rule)
            return field === undefined ? undefined : values(field)[0]
          }),
        ),
      )
      .find((found) => found !== null) ?? null
  const tuple = (one: Seen) => ofRules(one, (texts) => (texts.includes(undefined) ? null : JSON.stringify(texts)))
  const number = (one: Seen) => ofRules(one, ([text = '']) => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : null))
  const last = (test: (one: Seen) => boolean) =>
    seen.filter(test).reduce((newest, one) => (one.time >= newest.time ? one : newest))
  const numbers = seen.map(number).filter((one) => one !== null)
  const numbered = seen.filter((one) => number(one) !== null)
  const sum = numbers.reduce((total, one) => total + one, 0)
  switch (type) {
    case 'event_count':
      return { value: seen.length, from: seen }
    case 'value_count': {
      const tuples = new Set(seen.map(tuple).filter((one) => one !== null))
      return { value: tuples.size, from: [...tuples].map((one) => last((other) => tuple(other) === one)) }
    }
    case 'temporal': {
      const found = rules.filter((rule) => seen.some((one) => one.rules.includes(rule)))
      return { value: found.length, from: found.map((rule) => last((one) => one.rules.includes(rule))) }
    }
    case 'temporal_ordered': {
      const steps: Seen[] = []
      for (const one of seen) if (one.rules.includes(rules[steps.length] ?? '')) steps.push(one)
      return { value: steps.length, from: steps }
    }
    case 'value_sum':
      return numbers.length === 0 ? null : { value: sum, from: numbered }
    case 'value_max':
    case 'value_min': {
      if (numbers.length === 0) return null
      const extreme = type === 'value_max' ? Math.max(...numbers) : Math.min(...numbers)
      return { value: extreme, from: [last((one) => number(one) === extreme)] }
    }
    case 'value_avg':
      return numbers.length === 0 ? null : { value: sum / numbers.length, from: numbered }
    case 'value_percentile': {
      if (percentile === null) {
        const own = tuple(current)
        const all = seen.filter((one) => tuple(one) !== null)
        if (own === null) return null
        return { value: (100 * all.filter((one) => tuple(one) === own).length) / all.length, from: all }
      }
      if (numbers.length === 0) return null
      const sorted = numbers.toSorted((a, b) => a - b)
      const rank = (percentile * (sorted.length - 1)) / 100
      const low = sorted[Math.floor(rank)] ?? 0
      const high = sorted[Math.ceil(rank)] ?? 0
      return { value: low + (high - low) * (rank - Math.floor(rank)), from: numbered }
    }
  }
}

function holds({ condition, rules }: Correlation, value: number): boolean {
  if (condition === null) return value === rules.length
  return condition.every(({ operator, number }) => {
    if (operator === 'eq') return value === number
    if (operator === 'neq') return value !== number
    if (operator === 'lt') return value < number
    if (operator === 'lte') return value <= number
    return operator === 'gt' ? value > number : value >= number
  })
}
