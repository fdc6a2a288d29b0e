/** A YAML tree with source positions, text keys and values as written. An alias is the same object as its anchor. */
export type Tree = TreeMap | TreeList | TreeScalar

/** Offsets in the source, in UTF-16 units. */
export interface Span {
  readonly start: number
  readonly end: number
}
export interface TreeMap extends Span {
  readonly kind: 'map'
  readonly entries: readonly TreeEntry[]
}
export interface TreeEntry {
  readonly key: string
  readonly keySpan: Span
  readonly value: Tree
}
export interface TreeList extends Span {
  readonly kind: 'list'
  readonly items: readonly Tree[]
}
export interface TreeScalar extends Span {
  readonly kind: 'scalar'
  readonly value: string | number | boolean | null
  /** The decoded text. Numbers keep the form in which they are written, such as `0x10` and `1.0`. */
  readonly text: string
}
