/** Waiting items in the order in which they are taken. `roundRobin` and `byPriority` are made of other lines. */
export interface Line<Item> extends Iterable<Item> {
  readonly size: number
  add(item: Item): void
  /** Removes the next item. First in, first out: an item that may not be taken blocks those behind it. */
  take(mayTake?: (item: Item) => boolean): Item | undefined
  /** Returns false if the item is not in the line. */
  remove(item: Item): boolean
}

export interface RoundRobin<Owner, Item, Inner extends Line<Item> = Line<Item>> extends Line<Item> {
  sizeOf(owner: Owner): number
  lineOf(owner: Owner): Inner | undefined
  /** The line of the owner with the most items. */
  longest(): Inner | undefined
}

export function firstInFirstOut<Item>(): Line<Item> {
  const items = new Set<Item>()
  return {
    get size() {
      return items.size
    },
    add: (item) => void items.add(item),
    take(mayTake) {
      const [first] = items
      if (first === undefined || mayTake?.(first) === false) return undefined
      items.delete(first)
      return first
    },
    remove: (item) => items.delete(item),
    [Symbol.iterator]: () => items.values(),
  }
}

/** Takes from the first line that has an item to give. */
export function byPriority<Lane, Item>(
  lanes: readonly (readonly [Lane, Line<Item>])[],
  laneOf: (item: Item) => Lane,
): Line<Item> & { sizeOf(lane: Lane): number } {
  const lines = new Map(lanes)
  const lineOf = (item: Item) => lines.get(laneOf(item))
  return {
    get size() {
      return lanes.reduce((sum, [, { size }]) => sum + size, 0)
    },
    sizeOf: (lane) => lines.get(lane)?.size ?? 0,
    add: (item) => lineOf(item)?.add(item),
    take(mayTake) {
      for (const [, line] of lanes) {
        const item = line.take(mayTake)
        if (item !== undefined) return item
      }
      return undefined
    },
    remove: (item) => lineOf(item)?.remove(item) ?? false,
    *[Symbol.iterator]() {
      for (const [, line] of lanes) yield* line
    },
  }
}

/**
 * Takes from each owner in turn, so that an owner with many items delays another by one of its own. An owner whose next
 * item may not be taken is skipped and keeps its turn.
 */
export function roundRobin<Owner, Item>(ownerOf: (item: Item) => Owner): RoundRobin<Owner, Item>
export function roundRobin<Owner, Item, Inner extends Line<Item>>(
  ownerOf: (item: Item) => Owner,
  makeLine: () => Inner,
): RoundRobin<Owner, Item, Inner>
export function roundRobin<Owner, Item>(
  ownerOf: (item: Item) => Owner,
  makeLine: () => Line<Item> = firstInFirstOut,
): RoundRobin<Owner, Item> {
  // A map keeps the order of insertion: the owner whose turn is next is first.
  const lines = new Map<Owner, Line<Item>>()
  let size = 0

  return {
    get size() {
      return size
    },
    sizeOf: (owner) => lines.get(owner)?.size ?? 0,
    lineOf: (owner) => lines.get(owner),
    longest() {
      const [first, ...others] = lines.values()
      return first && others.reduce((longest, line) => (line.size > longest.size ? line : longest), first)
    },
    add(item) {
      const owner = ownerOf(item)
      const line = lines.get(owner) ?? makeLine()
      lines.set(owner, line)
      line.add(item)
      size++
    },
    take(mayTake) {
      for (const [owner, line] of lines) {
        const item = line.take(mayTake)
        if (item === undefined) continue
        size--
        lines.delete(owner)
        if (line.size > 0) lines.set(owner, line)
        return item
      }
      return undefined
    },
    remove(item) {
      const owner = ownerOf(item)
      const line = lines.get(owner)
      if (line?.remove(item) !== true) return false
      size--
      if (line.size === 0) lines.delete(owner)
      return true
    },
    *[Symbol.iterator]() {
      for (const line of lines.values()) yield* line
    },
  }
}
