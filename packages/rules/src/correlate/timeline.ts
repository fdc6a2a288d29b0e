import type { BaseEvent } from './correlation-match.ts'

/** One event of a group, or several that were merged. */
export interface Kept {
  /** Epoch milliseconds; of the newest where several were merged. */
  readonly time: number
  readonly ref: string | number
  /** The index of the rule that it matched in those that the correlation refers to. */
  readonly rule: number
  /** The base events of the correlation that it is a fire of; null where it is a base event itself. */
  readonly inner: readonly BaseEvent[] | null
  /** The encoded value, for the types that compare texts; else ''. */
  readonly key: string
  /** The value, for the types that calculate; else 0. */
  readonly number: number
  /** How many events it stands for. */
  readonly count: number
}

/** As how many events it counts for the limits. */
export const weightOf = ({ inner }: Kept) => 1 + (inner === null ? 0 : inner.length)
const bytesOf = ({ key }: Kept) => 2 * key.length

/**
 * The events of one group by time; of equal times by arrival. Adding the newest and taking the oldest costs the same
 * however many there are. One that comes late is put in its place by a binary search and one move of what is newer,
 * which `LIMITS.correlationGroupEvents` bounds.
 *
 * A class, as the windows are: hundreds of thousands live at once, and closures would be made for each of them.
 */
export class Timeline {
  #items: Kept[] = []
  /** How many at the beginning of `#items` were taken. */
  #head = 0
  weight = 0
  /** Of the keys. */
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

  /** Takes the oldest one if it is before `from`; null where none is. */
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

  /** The newest; of equal times the one that came last. */
  get latest(): Kept | undefined {
    return this.#items.at(-1)
  }

  /** The oldest of those that are newer than `time`. */
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

  /** The newest, oldest of them first. */
  newest(most: number): readonly Kept[] {
    return this.#items.slice(Math.max(this.#head, this.#items.length - most))
  }

  toArray(): Kept[] {
    return this.#items.slice(this.#head)
  }

  /** Puts others in the place of all: what `change` makes of them, in order of time. */
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

  /** Where the first one newer than `time` is. */
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
