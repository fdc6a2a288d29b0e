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
   * Processes the next event and returns the correlations that it makes fire, inner before outer. Throws `RangeError`
   * if the time is not a finite number.
   */
  feed(event: CorrelationEvent): readonly CorrelationMatch[]
  /** Returns whether a correlation counts events of any of these rules. If not, the event need not be fed. */
  wants(ruleIds: readonly string[]): boolean
  /** Ids of rules and correlations without matches of their own: a correlation without `generate` refers to them. */
  readonly hidden: ReadonlySet<string>
  /** The correlations that are not evaluated, and why. */
  readonly notRun: readonly NotRun[]
  stats(): CorrelatorStats
  /** The state as JSON. Pass it as `from` to a new correlator to continue from here. */
  snapshot(): string
}

export interface CorrelatorStats {
  /** The live groups of all correlations, their events, and the bytes of their keys and values. */
  readonly groups: number
  readonly events: number
  readonly bytes: number
  /** Groups dropped by a limit before they expired, since the correlator was created. */
  readonly dropped: number
  /** Groups removed because they expired. */
  readonly expired: number
  /** Events ignored because they arrived too late. */
  readonly late: number
  /** Groups restarted because the clock was set back. */
  readonly restarted: number
}

export interface CorrelatorOptions {
  readonly limits?: Partial<CorrelationLimits>
  /** A snapshot of an earlier correlator. Correlations that have changed since then start empty. */
  readonly from?: string
}

/**
 * Evaluates Sigma correlations over a stream of events. It has no clock of its own; time is the time of the events.
 *
 * - The window of a group ends at its newest event and covers the time span before it.
 * - A correlation fires at the event that makes its condition true, and is then quiet in that group for the time span.
 * - An event that lacks one of the `group-by` values is ignored.
 * - When a correlation fires, those that refer to it receive an event: after the event that caused it, at the same
 * time,
 *   with that event's fields and the group's values. Several come in the order of the references.
 * - A late event counts at its own time if it is inside the window of its group's newest event. It can make the
 *   condition true, but never moves the group's clock back. An older event is ignored. An event older by more than
 *   `LIMITS.correlationGraceMs` shows that the clock was set back (or that another log began), so its group restarts.
 *   Groups without an event for the time span plus that grace period are removed.
 *
 * Memory is bounded by three limits: the least recently used groups are dropped and counted in `stats`. A dropped group
 * starts over with its next event, so it may fire again within its quiet period.
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
    if (make === undefined) throw new Error(`Unknown correlation number ${owner}`)
    return make()
  }
  if (options.from !== undefined) readSnapshot(options.from, plans, groups, newWindow)

  /** The group with its clock moved to the event, or null if the event is too late. */
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

  /** Counts the input in one group. If the correlation fires, adds the match and queues the outer correlations. */
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
    groups.account(group, input.time)
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

/** The progress of evaluating one event. */
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

/** The base events of the window; for the fire of another correlation, that correlation's base events. */
function evidenceOf({ rules }: Plan, window: Window): readonly BaseEvent[] {
  return window
    .evidence(LIMITS.correlationEvidence)
    .flatMap(({ ref, time, rule, inner }) => inner ?? [{ ref, time, ruleId: rules[rule] ?? '' }])
    .slice(-LIMITS.correlationEvidence)
}
