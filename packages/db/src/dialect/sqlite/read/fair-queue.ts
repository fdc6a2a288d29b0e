/**
 * Holds what waits, by whom it is for, and gives them turns: whoever has many waiting delays nobody but itself. What one
 * owner waits for comes in the order in which it was added.
 */
export interface FairQueue<Owner, Item> {
  readonly size: number
  sizeOf(owner: Owner): number
  add(owner: Owner, item: Item): void
  /** Removes the next item of the first owner in turn that may have one now. */
  take(mayHave: (owner: Owner) => boolean): Item | undefined
  /** False if it was no longer waiting. */
  remove(owner: Owner, item: Item): boolean
  /** Removes everything. */
  clear(): Item[]
}

export function fairQueue<Owner, Item>(): FairQueue<Owner, Item> {
  // A map keeps the order of insertion: the owner whose turn is next is first.
  const waiting = new Map<Owner, Set<Item>>()
  let size = 0

  const remove = (owner: Owner, item: Item): boolean => {
    const own = waiting.get(owner)
    if (own === undefined || !own.delete(item)) return false
    if (own.size === 0) waiting.delete(owner)
    size--
    return true
  }

  return {
    get size() {
      return size
    },
    sizeOf: (owner) => waiting.get(owner)?.size ?? 0,
    add(owner, item) {
      const own = waiting.get(owner)
      if (own === undefined) waiting.set(owner, new Set([item]))
      else own.add(item)
      size++
    },
    take(mayHave) {
      for (const [owner, own] of waiting) {
        if (!mayHave(owner)) continue
        const [item] = own
        if (item === undefined) continue
        remove(owner, item)
        if (own.size > 0) {
          waiting.delete(owner)
          waiting.set(owner, own)
        }
        return item
      }
      return undefined
    },
    remove,
    clear() {
      const all = [...waiting.values()].flatMap((own) => [...own])
      waiting.clear()
      size = 0
      return all
    },
  }
}
