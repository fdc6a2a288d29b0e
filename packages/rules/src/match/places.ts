import type { EventLeaf } from './event.ts'

/** A leaf with places in it. */
export interface Candidate {
  readonly leaf: EventLeaf
  /** Ascending, each once. */
  readonly starts: readonly number[]
}

/** Gives each leaf those of the places, all in the order of the event, that are in it. Leaves without any are left out. */
export function distribute(places: readonly number[], leaves: readonly EventLeaf[]): Candidate[] {
  const found: Candidate[] = []
  let next = 0
  for (const leaf of leaves) {
    const end = leaf.base + leaf.text.length
    while ((places[next] ?? Infinity) < leaf.base) next++
    const starts: number[] = []
    for (let place = places[next]; place !== undefined && place < end; place = places[++next])
      if (starts.at(-1) !== place - leaf.base) starts.push(place - leaf.base)
    if (starts.length > 0) found.push({ leaf, starts })
  }
  return found
}
