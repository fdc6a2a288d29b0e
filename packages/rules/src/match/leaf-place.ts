import type { EventLeaf } from './event.ts'

/** Offsets in a leaf's text, in UTF-16 units. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** A range of one leaf that a search matched. */
export interface LeafPlace extends Range {
  readonly leaf: EventLeaf
  /** Set if the match was found in a view: the view's name, and its number among the entry's views. */
  readonly view?: { readonly name: string; readonly number: number }
}
