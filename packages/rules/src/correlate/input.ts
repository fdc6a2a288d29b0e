import type { BaseEvent, CorrelationMatch } from './correlation-match.ts'
import { encodeKey } from './group-key.ts'
import type { Plan } from './plan.ts'
import type { Incoming } from './window.ts'
import { numberOf } from '../parse/values/decimal.ts'

/** An event that rules matched. */
export interface CorrelationEvent {
  /** Epoch milliseconds. */
  readonly time: number
  /** The caller's reference to it, such as a log position, for evidence. Stored with the event, so keep it short. */
  readonly ref: string | number
  /** The ids of the rules that matched, without matches that a filter suppressed. */
  readonly ruleIds: readonly string[]
  /** The texts of a field in the order of the event; only the first one counts. Called only for fields in use. */
  values(field: string): readonly string[]
}

/** One input of a correlation: an event, or the fire of another correlation. */
export interface Input {
  readonly time: number
  readonly ref: string | number
  readonly values: (field: string) => readonly string[]
  /** Indexes in `plan.rules`, ascending; at least one. */
  readonly rules: number[]
  /** The base events of a fire; null for an event. */
  readonly inner: readonly BaseEvent[] | null
}

/** The plans to evaluate for one event, in reverse order of evaluation, so that `pop` returns the next. */
export type Agenda = { readonly plan: Plan; readonly inputs: Input[] }[]

/** The mutable inputs of the plan, added to the agenda if needed. */
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

/** Records that the event matched a rule. An event is one input, regardless of how many rules it matched. */
export function addRule(inputs: Input[], { time, ref, values }: CorrelationEvent, rule: number): void {
  const base = inputs[0]
  if (base === undefined) inputs.push({ time, ref, values, rules: [rule], inner: null })
  else if (!base.rules.includes(rule)) {
    base.rules.push(rule)
    base.rules.sort((a, b) => a - b)
  }
}

/** The input that a fire is for outer correlations: it has the fields of its cause and the group's values. */
export function fireInput({ time, ref, values }: Input, { group, evidence }: CorrelationMatch, rule: number): Input {
  const withGroup = (field: string) => {
    const value = group.get(field)
    return value === undefined ? values(field) : [value]
  }
  return { time, ref, values: withGroup, rules: [rule], inner: evidence }
}

/** The event first, then the fires that it caused, in the order of the correlation's references. */
export const byOrder = (a: Input, b: Input) =>
  (a.inner === null ? -1 : (a.rules[0] ?? 0)) - (b.inner === null ? -1 : (b.rules[0] ?? 0))

/** The groups that the input belongs to, each with its rules: aliases can read different fields for each rule. */
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

/** The values of the fields as one key; null if one is missing. */
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

/** Converts an input to what a window stores, as an event of these rules. */
export function incoming(plan: Plan, rules: readonly number[], { time, ref, inner, values }: Input): Incoming {
  let [key, number]: [string | null, number | null] = [null, null]
  // Use the first rule with a value, because an alias can be defined for one rule only.
  for (const rule of rules) {
    const fields = plan.fields[rule] ?? null
    if (plan.reads === 'texts') key = keyOf(fields, values)
    else if (plan.reads === 'number') number = numberIn(fields, values)
    if (key !== null || number !== null || plan.reads === 'nothing') break
  }
  return { time, ref, inner, rules, key, number }
}

/** Null if there is no number, or it is not finite. */
function numberIn(fields: readonly string[] | null, values: Input['values']): number | null {
  const field = fields?.[0]
  const text = field === undefined ? undefined : values(field)[0]
  const number = text === undefined ? null : numberOf(text)
  return number !== null && Number.isFinite(number) ? number : null
}
