import type { EventLeaf } from './event.ts'

/** In UTF-16 units of a leaf's text. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** What held in one leaf. */
export interface LeafPlace extends Range {
  readonly leaf: EventLeaf
  /** Where the leaf was read through a view of the entry: its name, and its number among the entry's views. */
  readonly view?: { readonly name: string; readonly number: number }
}
