import type { Level } from '../risk.ts'

/**
 * Where a pattern held, in UTF-16 units of what a person reads: of the named field's text, or, for JSON, of the
 * unescaped leaf at `pointer` (RFC 6901; `null` for a field that is plain text).
 */
export interface Place {
  /** Absent for the entry itself; else the name of a derived reading of it (a decoded text, a parsed command line). */
  readonly view?: string
  /** `sender`, `receiver`, `kind`, `session`, `context`, `payload` or `attributes`; of other JSON its top-level key. */
  readonly field: string
  readonly pointer: string | null
  readonly start: number
  readonly end: number
}

/** One rule that held for one entry. It never holds the matched text: that is cut from the entry when read. */
export interface Match {
  readonly ruleId: string
  /** SHA-256 of the rule's text, hex: an old match stays readable after the rule has changed. */
  readonly ruleHash: string
  readonly title: string
  readonly level: Level
  /** 0–100. */
  readonly points: number
  /** Of a family only the largest points count; by default the rule's own id. */
  readonly family: string
  /** False for a rule that only feeds a correlation, and for a match that a filter held back. */
  readonly contributes: boolean
  /** Those of all selections together, in the order of the entry, at most `LIMITS.placesPerMatch`. */
  readonly places: readonly Place[]
  /** Why the condition holds, in the order of the condition; what stands under a `not` is not among them. */
  readonly selections: readonly HeldSelection[]
  /** The id of the filter that held it back: such a match counts for nothing and feeds no correlation. */
  readonly filteredBy: string | null
}

/** A selection of the rule that held. */
export interface HeldSelection {
  readonly name: string
  /** What in it held; of all selections together at most `LIMITS.partsPerMatch`. */
  readonly parts: readonly HeldPart[]
}

/** One value of a search that held. */
export interface HeldPart {
  /** Null for keywords. */
  readonly field: string | null
  /** As written, in order. */
  readonly modifiers: readonly string[]
  /** Its index in the search's list of values. */
  readonly value: number
  /** As the rule has it. */
  readonly pattern: string
  /** At most `LIMITS.placesPerValue`. None where nothing in the entry can be pointed at: an absent field, `neq`. */
  readonly places: readonly Place[]
}
