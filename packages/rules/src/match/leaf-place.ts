import type { EventLeaf } from './event.ts'

/** Offsets in a leaf's text, in UTF-16 units. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** Returns the index of the part at an offset, by binary search. The parts must ascend; a text may have very many. */
export function partAt(parts: readonly Range[], at: number): number {
  let [low, high] = [0, parts.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((parts[middle]?.end ?? 0) <= at) low = middle + 1
    else high = middle
  }
  return low
}

/** A range of one leaf that a search matched. */
export interface LeafPlace extends Range {
  readonly leaf: EventLeaf
  /** Set if the match was found in a view: the view's name, and its number among the entry's views. */
  readonly view?: { readonly name: string; readonly number: number }
}
