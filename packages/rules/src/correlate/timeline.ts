import type { BaseEvent } from './correlation-match.ts'

/** One event of a group, or several that were merged. */
export interface Kept {
  /** Epoch milliseconds; if several were merged, the time of the newest. */
  readonly time: number
  readonly ref: string | number
  /** The index in `plan.rules` of the rule that it matched. */
  readonly rule: number
  /** If it is the fire of a correlation, the base events of that correlation; null for a base event. */
  readonly inner: readonly BaseEvent[] | null
  /** The encoded value for correlation types that compare texts; else ''. */
  readonly key: string
  /** The value for correlation types that calculate; else 0. */
  readonly number: number
  /** The number of events that it represents. */
  readonly count: number
}

/** The number of events that it counts as for the limits. */
export const weightOf = ({ inner }: Kept) => 1 + (inner === null ? 0 : inner.length)
const bytesOf = ({ key }: Kept) => 2 * key.length

/**
 * The events of one group, sorted by time and then by arrival. Adding the newest and taking the oldest take constant
 * time. A late event is inserted with a binary search and one move of the newer events, which
 * `LIMITS.correlationGroupEvents` bounds.
 *
 * A class, like the windows, because hundreds of thousands exist at once and closures would take more memory.
 */
export class Timeline {
  #items: Kept[] = []
  /** The number of items at the beginning of `#items` that were taken. */
  #head = 0
  weight = 0
  /** The bytes of the keys. */
  bytes = 0

  get size(): number {
    return this.#items.length - this.#head
  }

  add(item: Kept): void {
    const items = this.#items
    this.weight += weightOf(item)
    this.bytes += bytesOf(item)
    const last = items.at(-1)
    if (last === undefined || last.time <= item.time) items.push(item)
    else items.splice(this.#after(item.time), 0, item)
  }

  /** Takes the oldest event if it is before `from`; otherwise null. */
  takeBefore(from: number): Kept | null {
    const item = this.#items[this.#head]
    if (item === undefined || item.time >= from) return null
    this.weight -= weightOf(item)
    this.bytes -= bytesOf(item)
    this.#head++
    if (this.#head === this.#items.length) this.#replace([])
    else if (this.#head >= 32 && this.#head * 2 >= this.#items.length) this.#replace(this.toArray())
    return item
  }

  get oldest(): Kept | undefined {
    return this.#items[this.#head]
  }

  /** The newest event; of equal times the last to arrive. */
  get latest(): Kept | undefined {
    return this.#items.at(-1)
  }

  /** The oldest event after `time`. */
  firstAfter(time: number): Kept | undefined {
    return this.#items[this.#after(time)]
  }

  dropLatest(): void {
    const item = this.#items.pop()
    if (item === undefined) return
    this.weight -= weightOf(item)
    this.bytes -= bytesOf(item)
    if (this.#head === this.#items.length) this.#replace([])
  }

  /** At most `most` of the newest events, oldest first. */
  newest(most: number): readonly Kept[] {
    return this.#items.slice(Math.max(this.#head, this.#items.length - most))
  }

  toArray(): Kept[] {
    return this.#items.slice(this.#head)
  }

  /** Replaces all events with the result of `change`, which must be in order of time. */
  rewrite(change: (items: Kept[]) => Kept[]): void {
    this.#replace(change(this.toArray()))
    this.weight = 0
    this.bytes = 0
    for (const item of this.#items) {
      this.weight += weightOf(item)
      this.bytes += bytesOf(item)
    }
  }

  #replace(items: Kept[]): void {
    this.#items = items
    this.#head = 0
  }

  /** The index of the first event after `time`. */
  #after(time: number): number {
    let low = this.#head
    let high = this.#items.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#items[middle]?.time ?? 0) <= time) low = middle + 1
      else high = middle
    }
    return low
  }
}
