import type { Level } from '../risk.ts'

/**
 * Where a pattern held, in UTF-16 units of what a person reads: of the named field's text, or, for JSON, of the
 * unescaped leaf at `pointer` (RFC 6901; `null` for a field that is plain text).
 */
export interface Place {
  /** Absent for the entry itself; else the name of a derived reading of it (a decoded text, a parsed command line). */
  readonly view?: string
  /** `sender`, `receiver`, `kind`, `session`, `context`, `payload` or `attributes`. */
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
  /** False for a rule that only feeds a correlation. */
  readonly contributes: boolean
  readonly places: readonly Place[]
}
