import type { BaseEvent } from './correlation-match.ts'
import { ExactSum, finite } from './exact-sum.ts'
import { Timeline, weightOf, type Kept } from './timeline.ts'
import { LIMITS } from '../limits.ts'
import type { Correlation } from '../parse/rule.ts'

/** What the correlations of one correlator may keep; by default those of `LIMITS`. */
export type CorrelationLimits = Readonly<Record<'correlationGroups' | 'correlationEvents' | 'correlationBytes', number>>

/** An event that counts in a group. */
export interface Incoming {
  readonly time: number
  readonly ref: string | number
  readonly inner: readonly BaseEvent[] | null
  /** Indexes of the rules that it matched, of those that the correlation refers to; at least one. */
  readonly rules: readonly number[]
  /** Of `value_*`: the encoded value; null where the event has none. */
  readonly key: string | null
  /** The same as a number; null where it is none. */
  readonly number: number | null
}

/** What a correlation keeps of the events of one group. The caller expires, then adds, then asks. */
export interface Window {
  /** As how many events, and bytes of text, it counts for the limits. */
  readonly weight: number
  readonly bytes: number
  /** How many events make up the value. */
  readonly events: number
  /** Whether something was merged or left out for `mostKept`. */
  partial: boolean
  add(event: Incoming): void
  /** Forgets what is before `from`. */
  expire(from: number): void
  /** What the condition is compared with; null where there is nothing to compare. */
  value(): number | null
  /** The indexes of the rules seen, for `temporal` and `temporal_ordered`. */
  rulesSeen(): readonly number[]
  /** The newest that make up the value, oldest of them first. */
  evidence(most: number): readonly Kept[]
  /** All that has to be kept, to be given to `restore` of a new window. */
  save(): readonly (readonly Kept[])[]
  restore(saved: readonly (readonly Kept[])[]): void
}

/** Makes the windows of a correlation's groups. */
export function windowMaker({ type, percentile, condition }: Correlation, limits: CorrelationLimits): () => Window {
  const mostKept = Math.min(LIMITS.correlationGroupEvents, limits.correlationEvents)
  switch (type) {
    case 'event_count':
      return () => new CountWindow(mostKept)
    case 'value_count':
      // One more than the condition compares with: whether it holds is then known for any number of values.
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

/** Two neighbours as one, at the time of the newer. */
const summed = (older: Kept, newer: Kept): Kept => {
  const { time, ref, rule, inner, key } = newer
  const number = finite(older.number + newer.number)
  return { time, ref, rule, inner, key, number, count: older.count + newer.count }
}

/**
 * Merges the older half in pairs. A flood therefore cannot push out what was counted before it; at the window's edge an
 * event stays for as long as its neighbour.
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

/** What all windows over a timeline share. */
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
  /** Leaves out the oldest of more than so many. */
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
    // The sum of a pair is rounded, and that is what will be subtracted.
    for (const item of this.line.toArray()) this.#sum.subtract(item.number)
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
    this.#sum.subtract(item.number)
    this.events -= item.count
  }
}

/**
 * The largest number, or with the other sign the smallest. Kept is what may still come to be it: each number that beats
 * all newer ones. They fall from the oldest to the newest.
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

/** How many different values, or rules, were seen: of each the last event. */
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
    // It came late, and the value was seen after it.
    if (before !== undefined && before.time > item.time) return
    this.#latest.set(identity, item)
    this.line.add(item)
    // What was replaced stays in the line until half of it is such: so a repeat costs the same however many there are.
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

/** The percentile of the numbers, interpolated between neighbours. They are kept sorted: a binary search and one move each. */
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
    // Multiplied first: the 55th of 101 is the number at 55, and not 7e-15 above it.
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
  /** Where the first number that is not smaller is. */
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

/** The share, in percent, of the current event's value among the values. */
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

/** A way to have seen the first rules in order. */
interface Chain {
  readonly last: Kept
  readonly before: Chain | null
  /** Of its oldest event: as long as this is in the window, all of it is. */
  readonly oldest: number
  readonly weight: number
}

/**
 * How many of the rules, from the first, were seen in order. For each such prefix one chain of events is kept: that of
 * which the oldest event is the latest, since it stays in the window longest. No other could ever do more.
 */
class OrderedWindow implements Window {
  /** Of each prefix, the shortest first; none is older than one before it. */
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
    // From the last rule to the first: one event cannot be two steps.
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

/** In the order of the rules. */
function eventsOf(chain: Chain | null): readonly Kept[] {
  const items: Kept[] = []
  for (let at = chain; at !== null; at = at.before) items.push(at.last)
  return items.reverse()
}
