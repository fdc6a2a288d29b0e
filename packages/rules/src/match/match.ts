import type { Level } from '../risk.ts'

/**
 * The range that a pattern matched, in UTF-16 units of the field's text or, for JSON, of the unescaped leaf at
 * `pointer` (RFC 6901; null for a plain-text field).
 */
export interface Place {
  /** The name of the view, such as a decoded text or a parsed command line. Absent for the entry itself. */
  readonly view?: string
  /** `sender`, `receiver`, `kind`, `session`, `context`, `payload`, `attributes`, or a top-level key of other JSON. */
  readonly field: string
  readonly pointer: string | null
  readonly start: number
  readonly end: number
}

/** One rule that matched one entry. It never contains the matched text, which is cut from the entry when shown. */
export interface Match {
  readonly ruleId: string
  /** Hex SHA-256 of the rule's text, so that an old match refers to the version of the rule that matched. */
  readonly ruleHash: string
  readonly title: string
  readonly level: Level
  /** 0–100. */
  readonly points: number
  /** Within a family only the highest points count. Defaults to the rule's own id. */
  readonly family: string
  /** False for a rule that only feeds a correlation, and for a match that a filter suppressed. */
  readonly contributes: boolean
  /** The places of all selections, in the order of the entry, at most `LIMITS.placesPerMatch`. */
  readonly places: readonly Place[]
  /** The selections that made the condition true, in its order. Selections under a `not` are left out. */
  readonly selections: readonly HeldSelection[]
  /** The id of the filter that suppressed the match, which then adds no points and feeds no correlation. */
  readonly filteredBy: string | null
}

/** A selection of the rule that matched. */
export interface HeldSelection {
  readonly name: string
  /** The values that matched, at most `LIMITS.partsPerMatch` over all selections. */
  readonly parts: readonly HeldPart[]
}

/** One value of a search that matched. */
export interface HeldPart {
  /** Null for keywords. */
  readonly field: string | null
  /** In the order in which the rule writes them. */
  readonly modifiers: readonly string[]
  /** Its index in the search's list of values. */
  readonly value: number
  /** The value as the rule writes it. */
  readonly pattern: string
  /** At most `LIMITS.placesPerValue`. Empty if no text shows the match, as for an absent field or `neq`. */
  readonly places: readonly Place[]
}
