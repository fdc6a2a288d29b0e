import type { EventLeaf } from './event.ts'

/** A leaf and the offsets in it where a match may begin. */
export interface Candidate {
  readonly leaf: EventLeaf
  /** Ascending, without duplicates. */
  readonly starts: readonly number[]
}

/** Assigns ascending positions in the event to the leaves that contain them. Leaves without any are left out. */
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
