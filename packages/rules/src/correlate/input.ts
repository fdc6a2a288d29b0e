import type { BaseEvent, CorrelationMatch } from './correlation-match.ts'
import { encodeKey } from './group-key.ts'
import type { Plan } from './plan.ts'
import type { Incoming } from './window.ts'
import { numberOf } from '../parse/parse-detection.ts'

/** An event for which rules held. */
export interface CorrelationEvent {
  /** Epoch milliseconds. */
  readonly time: number
  /** What evidence calls it: a position in a log, an index. Kept as long as the event: not a text of any length. */
  readonly ref: string | number
  /** The ids of the rules that held. A match that a filter held back is none. */
  readonly ruleIds: readonly string[]
  /** The texts of a field in the order of the event; of several the first one counts. Asked only for what is referred to. */
  values(field: string): readonly string[]
}

/** One thing that a correlation counts: an event, or the fire of another correlation. */
export interface Input {
  readonly time: number
  readonly ref: string | number
  readonly values: (field: string) => readonly string[]
  /** Indexes in `plan.rules`, ascending; at least one. */
  readonly rules: number[]
  /** Null for an event itself. */
  readonly inner: readonly BaseEvent[] | null
}

/** What is to be evaluated for one event: the last one is the first in the order of evaluation. */
export type Agenda = { readonly plan: Plan; readonly inputs: Input[] }[]

/** The inputs of the plan, to be added to. */
export function inputsOf(agenda: Agenda, plan: Plan): Input[] {
  let at = agenda.length
  for (; at > 0; at--) {
    const other = agenda[at - 1]
    if (other === undefined || other.plan.number > plan.number) break
    if (other.plan === plan) return other.inputs
  }
  const inputs: Input[] = []
  if (at === agenda.length) agenda.push({ plan, inputs })
  else agenda.splice(at, 0, { plan, inputs })
  return inputs
}

/** Adds that the event matched a rule: it is one input, however many it matched. */
export function addRule(inputs: Input[], { time, ref, values }: CorrelationEvent, rule: number): void {
  const base = inputs[0]
  if (base === undefined) inputs.push({ time, ref, values, rules: [rule], inner: null })
  else if (!base.rules.includes(rule)) {
    base.rules.push(rule)
    base.rules.sort((a, b) => a - b)
  }
}

/** A fire as an event of the correlation that refers to it: with the fields of what it came from, and the group's values. */
export function fireInput({ time, ref, values }: Input, { group, evidence }: CorrelationMatch, rule: number): Input {
  const withGroup = (field: string) => {
    const value = group.get(field)
    return value === undefined ? values(field) : [value]
  }
  return { time, ref, values: withGroup, rules: [rule], inner: evidence }
}

/** The event itself, then what it made fire in the order in which the correlation names it. */
export const byOrder = (a: Input, b: Input) =>
  (a.inner === null ? -1 : (a.rules[0] ?? 0)) - (b.inner === null ? -1 : (b.rules[0] ?? 0))

/** The groups to which the input belongs, each with the rules as which it does: aliases may read other fields for each rule. */
export function aliasedGroups(plan: Plan, { rules, values }: Input): ReadonlyMap<string, readonly number[]> {
  const byKey = new Map<string, number[]>()
  for (const rule of rules) {
    const key = keyOf(plan.groupBy[rule] ?? null, values)
    if (key === null) continue
    const same = byKey.get(key)
    if (same === undefined) byKey.set(key, [rule])
    else same.push(rule)
  }
  return byKey
}

/** The values of the fields as one text; null where one is missing. */
export function keyOf(fields: readonly string[] | null, values: Input['values']): string | null {
  if (fields === null) return null
  let key = ''
  for (const field of fields) {
    const text = values(field)[0]
    if (text === undefined) return null
    key += encodeKey(text)
  }
  return key
}

/** What a window takes of an input, which belongs to its group as an event of these rules. */
export function incoming(plan: Plan, rules: readonly number[], { time, ref, inner, values }: Input): Incoming {
  let [key, number]: [string | null, number | null] = [null, null]
  // The first of the rules that has a value counts: an alias may mean a field of one of them alone.
  for (const rule of rules) {
    const fields = plan.fields[rule] ?? null
    if (plan.reads === 'texts') key = keyOf(fields, values)
    else if (plan.reads === 'number') number = numberIn(fields, values)
    if (key !== null || number !== null || plan.reads === 'nothing') break
  }
  return { time, ref, inner, rules, key, number }
}

/** Null where there is none, or one that a program cannot hold. */
function numberIn(fields: readonly string[] | null, values: Input['values']): number | null {
  const field = fields?.[0]
  const text = field === undefined ? undefined : values(field)[0]
  const number = text === undefined ? null : numberOf(text)
  return number !== null && Number.isFinite(number) ? number : null
}
