import type { CorrelationMatch, BaseEvent, Reached } from './correlation-match.ts'
import { decodeKey, encodeKey } from './group-key.ts'
import { createGroups, type CorrelationLimits, type Group } from './groups.ts'
import { planCorrelations, type CorrelationSource, type NotRun, type Plan } from './plan.ts'
import { readSnapshot, writeSnapshot } from './snapshot.ts'
import { windowMaker, type Incoming, type Window } from './window.ts'
import { LIMITS } from '../limits.ts'
import { numberOf } from '../parse/parse-detection.ts'
import type { CorrelationOperator } from '../parse/rule.ts'

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

export interface Correlator {
  /**
   * Takes the next event and gives the correlations that hold at it and were not quiet, inner ones before outer ones.
   * Throws `RangeError` for a time that is no number.
   */
  feed(event: CorrelationEvent): readonly CorrelationMatch[]
  /** Whether some correlation counts events of one of these rules: if not, they need not be fed. */
  wants(ruleIds: readonly string[]): boolean
  /** The ids of the rules and correlations that make no match of their own, since a correlation that does not say `generate` refers to them. */
  readonly hidden: ReadonlySet<string>
  /** What is left out, and why. */
  readonly notRun: readonly NotRun[]
  stats(): CorrelatorStats
  /** The state as JSON, for `from` of a correlator that goes on where this one is. */
  snapshot(): string
}

export interface CorrelatorStats {
  /** Live ones of all correlations, the events in them, and the bytes of their keys and values. */
  readonly groups: number
  readonly events: number
  readonly bytes: number
  /** Groups that a limit dropped while they still mattered, since the correlator was made. */
  readonly dropped: number
  /** Groups that were forgotten because their time was over. */
  readonly expired: number
  /** Events that came too late to count. */
  readonly late: number
  /** Groups that began anew because the clock was set back. */
  readonly restarted: number
}

export interface CorrelatorOptions {
  readonly limits?: Partial<CorrelationLimits>
  /** The snapshot of an earlier one. Correlations that have changed since begin with nothing. */
  readonly from?: string
}

/** One thing that a correlation counts: an event, or the fire of another correlation. */
interface Input {
  readonly time: number
  readonly ref: string | number
  readonly values: (field: string) => readonly string[]
  /** Indexes in `plan.rules`, ascending. */
  readonly rules: number[]
  readonly inner: readonly BaseEvent[] | null
}

/**
 * Evaluates Sigma correlations over a stream of events. It has no clock: time is what the events say.
 *
 * - The window of a group trails its newest event and holds what is at most the time span older.
 * - A correlation fires at the event that makes its condition true, and is then quiet in that group for the time span.
 * - An event without one of the group's values is left out.
 * - A fire of a correlation is an event for those that refer to it: it comes after the event that caused it, at the same
 *   time, and has the fields of that event and the values of the group. Several come in the order of the references.
 * - An event that comes late counts, at its own time, as long as it is inside the window of its group's newest event. It
 *   can make the condition true, and never moves the group's clock back. One that is older is left out. One that is older
 *   by more than `LIMITS.correlationGraceMs` shows that the clock was set back (or that another log begins): its group
 *   begins anew. Groups without an event for the time span and that grace are forgotten.
 *
 * Memory is bounded by the three limits: groups that were touched least recently are dropped, and counted in `stats`. A
 * dropped group begins anew with its next event; it may fire again earlier than `quiet` says.
 */
export function createCorrelator(source: CorrelationSource, options: CorrelatorOptions = {}): Correlator {
  const limits: CorrelationLimits = { ...LIMITS, ...options.limits }
  const { plans, uses, hidden, notRun } = planCorrelations(source)
  const makers = plans.map(({ correlation }) => windowMaker(correlation, limits))
  const groups = createGroups(
    plans.map(({ correlation }) => correlation.timespanMs),
    limits,
  )
  const counts = { late: 0, restarted: 0 }
  const newWindow = (owner: number): Window => {
    const make = makers[owner]
    if (make === undefined) throw new Error(`There is no correlation ${owner}`)
    return make()
  }
  if (options.from !== undefined) readSnapshot(options.from, plans, groups, newWindow)

  /** The group as it is with the clock at the event, or null if the event is too late for it. */
  function groupAt(owner: number, key: string, time: number, timespanMs: number): Group | null {
    const group = groups.get(owner, key)
    if (group === undefined) return groups.add(owner, key, newWindow(owner), time)
    if (time >= group.newest - timespanMs) {
      groups.touch(group, time)
      return group
    }
    if (time >= group.newest - timespanMs - LIMITS.correlationGraceMs) {
      counts.late++
      return null
    }
    counts.restarted++
    groups.remove(group)
    return groups.add(owner, key, newWindow(owner), time)
  }

  /** Counts the input in one group. Gives the match if the correlation fires. */
  function count(plan: Plan, key: string, rules: readonly number[], input: Input): CorrelationMatch | null {
    const { number: owner, correlation } = plan
    const group = groupAt(owner, key, input.time, correlation.timespanMs)
    if (group === null) return null
    const { window } = group
    window.expire(group.newest - correlation.timespanMs)
    window.add(incoming(plan, rules, input))
    const value = window.value()
    const fires = value !== null && group.newest > group.holdUntil && holds(plan, value)
    if (fires) group.holdUntil = group.newest + correlation.timespanMs
    // Before the limits are looked at: what is told is of the group as it fired.
    const match = fires ? matchOf(plan, group, value, input) : null
    groups.settle(group, input.time)
    return match
  }

  return {
    hidden,
    notRun,
    wants: (ruleIds) => ruleIds.some((id) => uses.has(id)),
    stats: () => ({ ...groups.counts, ...counts }),
    snapshot: () => writeSnapshot(plans, groups),
    feed({ time, ref, ruleIds, values }) {
      if (!Number.isFinite(time)) throw new RangeError('The time of an event is a number of milliseconds.')
      const agenda = createAgenda()
      for (const id of ruleIds)
        for (const { plan, rule } of uses.get(id) ?? NO_USES) {
          const inputs = agenda.of(plan)
          const [base] = inputs
          if (base === undefined) inputs.push({ time, ref, values, rules: [rule], inner: null })
          else if (!base.rules.includes(rule)) {
            base.rules.push(rule)
            base.rules.sort((a, b) => a - b)
          }
        }
      const matches: CorrelationMatch[] = []
      const fired = (plan: Plan, input: Input, match: CorrelationMatch) => {
        matches.push(match)
        const fields = (field: string) => {
          const value = match.group.get(field)
          return value === undefined ? input.values(field) : [value]
        }
        for (const outer of uses.get(plan.correlation.id) ?? NO_USES)
          agenda.of(outer.plan).push({ time, ref, values: fields, rules: [outer.rule], inner: match.evidence })
      }
      let first = true
      for (let next = agenda.next(); next !== null; next = agenda.next()) {
        if (first) groups.expire(time)
        first = false
        const { plan, inputs } = next
        for (const input of inputs.sort(byOrder))
          for (const [key, rules] of groupsOf(plan, input)) {
            const match = count(plan, key, rules, input)
            if (match !== null) fired(plan, input, match)
          }
      }
      return matches
    },
  }
}

const NO_USES: readonly never[] = []

/** The event itself, then what it made fire in the order in which the correlation names it. */
const byOrder = (a: Input, b: Input) =>
  (a.inner === null ? -1 : (a.rules[0] ?? 0)) - (b.inner === null ? -1 : (b.rules[0] ?? 0))

/** What is to be evaluated for one event, inner correlations first. */
function createAgenda() {
  const waiting: { readonly plan: Plan; readonly inputs: Input[] }[] = []
  return {
    /** The inputs of the plan. One may be added to while another that it refers to is evaluated. */
    of(plan: Plan): Input[] {
      let at = waiting.length
      for (; at > 0; at--) {
        const other = waiting[at - 1]
        if (other === undefined || other.plan.number > plan.number) break
        if (other.plan === plan) return other.inputs
      }
      const inputs: Input[] = []
      waiting.splice(at, 0, { plan, inputs })
      return inputs
    },
    /** Takes the one that is first in the order of evaluation. */
    next: () => waiting.pop() ?? null,
  }
}

/** The groups in which an input counts, each with the rules as which it does. */
function groupsOf(plan: Plan, { rules, values }: Input): Iterable<readonly [string, readonly number[]]> {
  const [first = 0] = rules
  if (!plan.aliased || rules.length === 1) {
    const key = keyOf(plan.groupBy[first] ?? null, values)
    return key === null ? [] : [[key, rules]]
  }
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

/** Null where one of the fields is missing. */
function keyOf(fields: readonly string[] | null, values: Input['values']): string | null {
  if (fields === null) return null
  const texts: string[] = []
  for (const field of fields) {
    const [text] = values(field)
    if (text === undefined) return null
    texts.push(text)
  }
  return encodeKey(texts)
}

function incoming(plan: Plan, rules: readonly number[], { time, ref, inner, values }: Input): Incoming {
  const { type, percentile } = plan.correlation
  const fields = plan.fields[rules[0] ?? 0] ?? null
  const texts = type === 'value_count' || (type === 'value_percentile' && percentile === null)
  const numbers = !texts && type.startsWith('value_')
  const [text] = numbers && fields?.[0] !== undefined ? values(fields[0]) : NO_USES
  const number = text === undefined ? null : numberOf(text)
  return {
    time,
    ref,
    inner,
    rules,
    key: texts ? keyOf(fields, values) : null,
    number: number === null || !Number.isFinite(number) ? null : number,
  }
}

function holds({ correlation: { condition }, rules }: Plan, value: number): boolean {
  if (condition === null) return value >= rules.length
  return condition.every(({ operator, number }) => COMPARE[operator](value, number))
}

const COMPARE: Readonly<Record<CorrelationOperator, (value: number, bound: number) => boolean>> = {
  eq: (value, bound) => value === bound,
  neq: (value, bound) => value !== bound,
  lt: (value, bound) => value < bound,
  lte: (value, bound) => value <= bound,
  gt: (value, bound) => value > bound,
  gte: (value, bound) => value >= bound,
}

function matchOf(plan: Plan, { key, window }: Group, value: number, { time, ref }: Input): CorrelationMatch {
  const { id, hash, title, level, points, family, condition, timespanMs, groupBy } = plan.correlation
  const texts = decodeKey(key)
  return {
    correlationId: id,
    hash,
    title,
    level,
    points,
    family,
    contributes: plan.contributes,
    time,
    ref,
    group: new Map(groupBy.map((name, index) => [name, texts[index] ?? ''])),
    reached: reachedOf(plan, window, value),
    condition,
    timespanMs,
    evidence: evidenceOf(plan, window),
  }
}

function reachedOf({ correlation, rules }: Plan, window: Window, value: number): Reached {
  const { type, fields, percentile } = correlation
  return {
    type,
    value,
    events: window.events,
    rules: window.rulesSeen().map((rule) => rules[rule] ?? ''),
    ofRules: rules.length,
    fields,
    percentile,
    partial: window.partial,
  }
}

/** Of a fire of another correlation its base events. */
function evidenceOf({ rules }: Plan, window: Window): readonly BaseEvent[] {
  return window
    .evidence(LIMITS.correlationEvidence)
    .flatMap(({ ref, time, rule, inner }) => inner ?? [{ ref, time, ruleId: rules[rule] ?? '' }])
    .slice(-LIMITS.correlationEvidence)
}
