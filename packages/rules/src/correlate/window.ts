import type { BaseEvent } from './correlation-match.ts'
import { ExactSum, finite } from './exact-sum.ts'
import { Timeline, weightOf, type Kept } from './timeline.ts'
import { LIMITS } from '../limits.ts'
import type { Correlation } from '../parse/rule.ts'

/** The memory limits of one correlator, by default those in `LIMITS`. */
export type CorrelationLimits = Readonly<Record<'correlationGroups' | 'correlationEvents' | 'correlationBytes', number>>

/** An event that counts in a group. */
export interface Incoming {
  readonly time: number
  readonly ref: string | number
  readonly inner: readonly BaseEvent[] | null
  /** Indexes in `plan.rules` of the rules that it matched; at least one. */
  readonly rules: readonly number[]
  /** The encoded value, for `value_*`; null if the event has none. */
  readonly key: string | null
  /** The value as a number; null if it is not one. */
  readonly number: number | null
}

/** The state of a correlation for one group. Call `expire`, then `add`, then read the value. */
export interface Window {
  /** The numbers of events and bytes that it counts as for the limits. */
  readonly weight: number
  readonly bytes: number
  /** The number of events in the value. */
  readonly events: number
  /** Whether events were merged or dropped because of `mostKept`. */
  partial: boolean
  add(event: Incoming): void
  /** Removes events before `from`. */
  expire(from: number): void
  /** The value for the condition; null if there is none. */
  value(): number | null
  /** The indexes of the rules seen, for `temporal` and `temporal_ordered`. */
  rulesSeen(): readonly number[]
  /** At most `most` of the newest events in the value, oldest first. */
  evidence(most: number): readonly Kept[]
  /** The complete state, for `restore` of a new window. */
  save(): readonly (readonly Kept[])[]
  restore(saved: readonly (readonly Kept[])[]): void
}

/** Returns a factory for the windows of a correlation's groups. */
export function windowMaker({ type, percentile, condition }: Correlation, limits: CorrelationLimits): () => Window {
  const mostKept = Math.min(LIMITS.correlationGroupEvents, limits.correlationEvents)
  switch (type) {
    case 'event_count':
      return () => new CountWindow(mostKept)
    case 'value_count':
      // Keep one more value than the condition compares with, so that its result is always exact.
      return () => new LatestWindow(byKey, Math.max(mostKept, ...(condition ?? []).map(({ number }) => number + 1)))
    case 'temporal':
      return () => new LatestWindow(byRule, Infinity)
    case 'temporal_ordered':
      return () => new OrderedWindow()
    case 'value_sum':
      return () => new SumWindow(false, mostKept)
    case 'value_max':
      return () => new ExtremeWindow(1, mostKept)
    case 'value_min':
      return () => new ExtremeWindow(-1, mostKept)
    case 'value_avg':
      return () => new SumWindow(true, mostKept)
    case 'value_percentile':
      return percentile === null ? () => new ShareWindow(mostKept) : () => new PercentileWindow(percentile, mostKept)
  }
}

const kept = ({ time, ref, inner, rules }: Incoming, key: string, number: number): Kept => ({
  time,
  ref,
  rule: rules[0] ?? 0,
  inner,
  key,
  number,
  count: 1,
})

/** Merges two neighbors into one event at the time of the newer. */
const summed = (older: Kept, newer: Kept): Kept => {
  const { time, ref, rule, inner, key } = newer
  const number = finite(older.number + newer.number)
  return { time, ref, rule, inner, key, number, count: older.count + newer.count }
}

/**
 * Merges the older half in pairs, so that a burst cannot evict events counted before it. At the window's edge, a merged
 * event stays as long as its newer neighbor.
 */
function coarser(items: Kept[], merged: (older: Kept, newer: Kept) => Kept): Kept[] {
  const half = (items.length >> 2) << 1
  const pairs: Kept[] = []
  for (let at = 0; at < half; at += 2) {
    const [older, newer] = [items[at], items[at + 1]]
    if (older !== undefined && newer !== undefined) pairs.push(merged(older, newer))
  }
  return [...pairs, ...items.slice(half)]
}

/** Base class of the windows over a timeline. */
abstract class LineWindow implements Window {
  protected readonly line = new Timeline()
  partial = false

  get weight(): number {
    return this.line.weight
  }
  get bytes(): number {
    return this.line.bytes
  }
  abstract get events(): number
  abstract add(event: Incoming): void
  abstract value(): number | null
  protected abstract put(item: Kept): void
  protected abstract gone(item: Kept): void

  expire(from: number): void {
    for (let item = this.line.takeBefore(from); item !== null; item = this.line.takeBefore(from)) this.gone(item)
  }
  rulesSeen(): readonly number[] {
    return []
  }
  evidence(most: number): readonly Kept[] {
    return this.line.newest(most)
  }
  save(): readonly (readonly Kept[])[] {
    return [this.line.toArray()]
  }
  restore([items = []]: readonly (readonly Kept[])[]): void {
    for (const item of items) this.put(item)
  }
  /** Drops the oldest event if there are more than `most`. */
  protected trim(most: number): void {
    if (this.line.size <= most) return
    const oldest = this.line.takeBefore(Infinity)
    if (oldest !== null) this.gone(oldest)
    this.partial = true
  }
}

class CountWindow extends LineWindow {
  readonly #mostKept: number
  events = 0

  constructor(mostKept: number) {
    super()
    this.#mostKept = mostKept
  }
  add(event: Incoming): void {
    this.put(kept(event, '', 0))
    if (this.line.size <= this.#mostKept) return
    this.line.rewrite((items) => coarser(items, summed))
    this.partial = true
  }
  value(): number {
    return this.events
  }
  protected put(item: Kept): void {
    this.line.add(item)
    this.events += item.count
  }
  protected gone(item: Kept): void {
    this.events -= item.count
  }
}

class SumWindow extends LineWindow {
  readonly #average: boolean
  readonly #mostKept: number
  readonly #sum = new ExactSum()
  events = 0

  constructor(average: boolean, mostKept: number) {
    super()
    this.#average = average
    this.#mostKept = mostKept
  }
  add(event: Incoming): void {
    if (event.number === null) return
    this.put(kept(event, '', event.number))
    if (this.line.size <= this.#mostKept) return
    // The sum of a merged pair is rounded, and that rounded number is removed later.
    for (const item of this.line.toArray()) this.#sum.remove(item.number)
    this.line.rewrite((items) => coarser(items, summed))
    for (const item of this.line.toArray()) this.#sum.add(item.number)
    this.partial = true
  }
  value(): number | null {
    if (this.events === 0) return null
    return this.#average ? this.#sum.mean(this.events) : this.#sum.value()
  }
  protected put(item: Kept): void {
    this.line.add(item)
    this.#sum.add(item.number)
    this.events += item.count
  }
  protected gone(item: Kept): void {
    this.#sum.remove(item.number)
    this.events -= item.count
  }
}

/**
 * The maximum, or with the sign reversed the minimum. Keeps only the numbers that can still become it: those greater
 * than all newer ones, which descend from oldest to newest.
 */
class ExtremeWindow extends LineWindow {
  readonly #sign: 1 | -1
  readonly #mostKept: number

  constructor(sign: 1 | -1, mostKept: number) {
    super()
    this.#sign = sign
    this.#mostKept = mostKept
  }
  get events(): number {
    return this.line.oldest === undefined ? 0 : 1
  }
  add(event: Incoming): void {
    if (event.number === null) return
    this.put(kept(event, '', event.number))
    if (this.line.size <= this.#mostKept) return
    this.line.rewrite((items) => coarser(items, (older, { time }) => ({ ...older, time })))
    this.partial = true
  }
  value(): number | null {
    return this.line.oldest?.number ?? null
  }
  override evidence(): readonly Kept[] {
    const { oldest } = this.line
    return oldest === undefined ? [] : [oldest]
  }
  protected put(item: Kept): void {
    const { line } = this
    for (let last = line.latest; last !== undefined && last.time <= item.time; last = line.latest) {
      if (this.#beats(last, item)) break
      line.dropLatest()
    }
    const next = line.firstAfter(item.time)
    if (next !== undefined && !this.#beats(item, next)) return
    line.add(item)
    if (next !== undefined) line.rewrite((items) => this.#unbeaten(items))
  }
  protected gone(): void {}
  #beats(one: Kept, other: Kept): boolean {
    return this.#sign * one.number > this.#sign * other.number
  }
  #unbeaten(items: readonly Kept[]): Kept[] {
    const found: Kept[] = []
    for (const item of items.toReversed()) {
      const newer = found.at(-1)
      if (newer === undefined || this.#beats(item, newer)) found.push(item)
    }
    return found.reverse()
  }
}

const byKey = ({ key }: Kept): string | number => key
const byRule = ({ rule }: Kept): string | number => rule

/** Counts distinct values or rules; keeps the latest event of each. */
class LatestWindow extends LineWindow {
  readonly #identity: (item: Kept) => string | number
  readonly #mostKept: number
  readonly #latest = new Map<string | number, Kept>()

  constructor(identity: (item: Kept) => string | number, mostKept: number) {
    super()
    this.#identity = identity
    this.#mostKept = mostKept
  }
  get events(): number {
    return this.#latest.size
  }
  add(event: Incoming): void {
    if (this.#identity === byKey) {
      if (event.key !== null) this.put(kept(event, event.key, 0))
    } else for (const rule of event.rules) this.put({ ...kept(event, '', 0), rule })
    if (this.#latest.size > this.#mostKept) {
      this.#tidy()
      this.trim(this.#mostKept)
    }
  }
  value(): number {
    return this.#latest.size
  }
  override rulesSeen(): readonly number[] {
    return this.#identity === byRule ? [...this.#latest.values()].map(({ rule }) => rule).sort((a, b) => a - b) : []
  }
  override evidence(most: number): readonly Kept[] {
    this.#tidy()
    return super.evidence(most)
  }
  override save(): readonly (readonly Kept[])[] {
    this.#tidy()
    return super.save()
  }
  protected put(item: Kept): void {
    const identity = this.#identity(item)
    const before = this.#latest.get(identity)
    // A late event: the value was seen again after it.
    if (before !== undefined && before.time > item.time) return
    this.#latest.set(identity, item)
    this.line.add(item)
    // Replaced events stay in the line until they are half of it, so that a repeated value takes amortized constant
    // time.
    if (this.line.size > 2 * this.#latest.size + 4) this.#tidy()
  }
  protected gone(item: Kept): void {
    const identity = this.#identity(item)
    if (this.#latest.get(identity) === item) this.#latest.delete(identity)
  }
  #tidy(): void {
    if (this.line.size === this.#latest.size) return
    this.line.rewrite((items) => items.filter((item) => this.#latest.get(this.#identity(item)) === item))
  }
}

/** The percentile, interpolated between neighbors. Numbers are kept sorted, with one binary search and move each. */
class PercentileWindow extends LineWindow {
  readonly #percentile: number
  readonly #mostKept: number
  readonly #sorted: number[] = []

  constructor(percentile: number, mostKept: number) {
    super()
    this.#percentile = percentile
    this.#mostKept = mostKept
  }
  get events(): number {
    return this.#sorted.length
  }
  add(event: Incoming): void {
    if (event.number === null) return
    this.put(kept(event, '', event.number))
    this.trim(this.#mostKept)
  }
  value(): number | null {
    // Multiply before dividing, so that the 55th percentile of 101 numbers is rank 55 and not 7e-15 above it.
    const rank = (this.#percentile * (this.#sorted.length - 1)) / 100
    const below = this.#sorted[Math.floor(rank)]
    if (below === undefined) return null
    const above = this.#sorted[Math.ceil(rank)] ?? below
    const share = rank - Math.floor(rank)
    const between = above - below
    return Number.isFinite(between) ? below + between * share : below * (1 - share) + above * share
  }
  protected put(item: Kept): void {
    this.line.add(item)
    this.#sorted.splice(this.#rank(item.number), 0, item.number)
  }
  protected gone(item: Kept): void {
    this.#sorted.splice(this.#rank(item.number), 1)
  }
  /** The index of the first number that is not smaller. */
  #rank(number: number): number {
    let low = 0
    let high = this.#sorted.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#sorted[middle] ?? 0) < number) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** The share of the current event's value among all values, in percent. */
class ShareWindow extends LineWindow {
  readonly #mostKept: number
  readonly #counts = new Map<string, number>()
  #current: string | null = null

  constructor(mostKept: number) {
    super()
    this.#mostKept = mostKept
  }
  get events(): number {
    return this.line.size
  }
  add(event: Incoming): void {
    this.#current = event.key
    if (event.key === null) return
    this.put(kept(event, event.key, 0))
    this.trim(this.#mostKept)
  }
  value(): number | null {
    return this.#current === null ? null : (100 * (this.#counts.get(this.#current) ?? 0)) / this.line.size
  }
  protected put(item: Kept): void {
    this.line.add(item)
    this.#counts.set(item.key, (this.#counts.get(item.key) ?? 0) + 1)
  }
  protected gone({ key }: Kept): void {
    const left = (this.#counts.get(key) ?? 0) - 1
    if (left > 0) this.#counts.set(key, left)
    else this.#counts.delete(key)
  }
}

/** A chain of events that matches a prefix of the rules in order. */
interface Chain {
  readonly last: Kept
  readonly before: Chain | null
  /** The time of its oldest event. While that is in the window, the whole chain is. */
  readonly oldest: number
  readonly weight: number
}

/**
 * The length of the longest prefix of the rules that was seen in order. For each prefix it keeps only the chain whose
 * oldest event is the latest: it stays in the window longest, so no other chain can yield more.
 */
class OrderedWindow implements Window {
  /** The best chain of each prefix, shortest first. A longer prefix never has a later oldest event. */
  readonly #best: Chain[] = []
  readonly bytes = 0
  partial = false

  get weight(): number {
    return this.#best.reduce((sum, chain) => sum + chain.weight, 0)
  }
  get events(): number {
    return this.#best.length
  }
  add(event: Incoming): void {
    // From the last rule to the first, so that one event cannot count as two steps.
    for (const rule of event.rules.toSorted((a, b) => b - a)) {
      const before = rule === 0 ? null : this.#best[rule - 1]
      if (before === undefined) continue
      this.#set(rule, chainOf({ ...kept(event, '', 0), rule }, before))
    }
  }
  expire(from: number): void {
    while ((this.#best.at(-1)?.oldest ?? Infinity) < from) this.#best.pop()
  }
  value(): number {
    return this.#best.length
  }
  rulesSeen(): readonly number[] {
    return [...this.#best.keys()]
  }
  evidence(most: number): readonly Kept[] {
    return eventsOf(this.#best.at(-1) ?? null).slice(-most)
  }
  save(): readonly (readonly Kept[])[] {
    return this.#best.map(eventsOf)
  }
  restore(saved: readonly (readonly Kept[])[]): void {
    for (const [rule, items] of saved.entries()) {
      const chain = items.reduce<Chain | null>((before, item) => chainOf(item, before), null)
      if (chain !== null) this.#set(rule, chain)
    }
  }
  #set(rule: number, chain: Chain): void {
    if (chain.oldest >= (this.#best[rule]?.oldest ?? -Infinity)) this.#best[rule] = chain
  }
}

const chainOf = (last: Kept, before: Chain | null): Chain => ({
  last,
  before,
  oldest: Math.min(last.time, before?.oldest ?? Infinity),
  weight: weightOf(last) + (before?.weight ?? 0),
})

/** The events of a chain, in the order of the rules. */
function eventsOf(chain: Chain | null): readonly Kept[] {
  const items: Kept[] = []
  for (let at = chain; at !== null; at = at.before) items.push(at.last)
  return items.reverse()
}
