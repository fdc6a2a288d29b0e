import type { BaseEvent, CorrelationMatch, Reached } from './correlation-match.ts'
import { decodeKey } from './group-key.ts'
import { createGroups, type Group } from './groups.ts'
import {
  addRule,
  aliasedGroups,
  byOrder,
  fireInput,
  incoming,
  inputsOf,
  keyOf,
  type Agenda,
  type CorrelationEvent,
  type Input,
} from './input.ts'
import { planCorrelations, type CorrelationSource, type NotRun, type Plan } from './plan.ts'
import { readSnapshot, writeSnapshot } from './snapshot.ts'
import { windowMaker, type Window, type CorrelationLimits } from './window.ts'
import { LIMITS } from '../limits.ts'
import type { CorrelationOperator } from '../parse/rule.ts'

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

  /** Counts the input in one group. If the correlation fires, adds the match, and what that sets off to the agenda. */
  function count(plan: Plan, key: string, rules: readonly number[], input: Input, step: Step): void {
    const { number: owner, correlation } = plan
    const group = groupAt(owner, key, input.time, correlation.timespanMs)
    if (group === null) return
    const { window } = group
    window.expire(group.newest - correlation.timespanMs)
    window.add(incoming(plan, rules, input))
    const value = window.value()
    if (value !== null && group.newest > group.holdUntil && holds(plan, value)) {
      group.holdUntil = group.newest + correlation.timespanMs
      const match = matchOf(plan, group, value, input)
      step.matches.push(match)
      for (const outer of uses.get(correlation.id) ?? NO_USES)
        inputsOf(step.agenda, outer.plan).push(fireInput(input, match, outer.rule))
    }
    groups.settle(group, input.time)
  }

  function take(plan: Plan, input: Input, step: Step): void {
    if (plan.aliased && input.rules.length > 1)
      for (const [key, rules] of aliasedGroups(plan, input)) count(plan, key, rules, input, step)
    else {
      const key = keyOf(plan.groupBy[input.rules[0] ?? 0] ?? null, input.values)
      if (key !== null) count(plan, key, input.rules, input, step)
    }
  }

  return {
    hidden,
    notRun,
    wants: (ruleIds) => ruleIds.some((id) => uses.has(id)),
    stats: () => ({ ...groups.counts, ...counts }),
    snapshot: () => writeSnapshot(plans, groups),
    feed(event) {
      if (!Number.isFinite(event.time)) throw new RangeError('The time of an event is a number of milliseconds.')
      const agenda: Agenda = []
      for (const id of event.ruleIds)
        for (const { plan, rule } of uses.get(id) ?? NO_USES) addRule(inputsOf(agenda, plan), event, rule)
      if (agenda.length === 0) return NO_MATCHES
      groups.expire(event.time)
      const step: Step = { agenda, matches: [] }
      for (let next = agenda.pop(); next !== undefined; next = agenda.pop()) {
        const { plan, inputs } = next
        if (inputs.length > 1) inputs.sort(byOrder)
        for (const input of inputs) take(plan, input, step)
      }
      return step.matches
    },
  }
}

const NO_USES: readonly never[] = []
const NO_MATCHES: readonly CorrelationMatch[] = []

/** What one event has come to so far. */
interface Step {
  readonly agenda: Agenda
  readonly matches: CorrelationMatch[]
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
