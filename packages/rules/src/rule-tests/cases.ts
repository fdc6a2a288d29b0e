import type { Entry } from '../entry.ts'
import type { SourceRange } from '../parse/rule-error.ts'

/** The content of `<name>.cases.yml`: test cases for the rules in `<name>.yml` in the same folder. */
export interface Cases {
  readonly rules: readonly RuleCases[]
  readonly sequences: readonly SequenceCase[]
}

/** Events for one rule. */
export interface RuleCases {
  /** Id or name; null for the only rule of the tested file. */
  readonly rule: string | null
  readonly range: SourceRange
  /** Events that it must match. */
  readonly match: readonly EventCase[]
  /** Events that it must not match. */
  readonly noMatch: readonly EventCase[]
}

export interface EventCase {
  readonly range: SourceRange
  readonly event: CaseEvent
}

/** The event of a case: an entry, or the text of any JSON object, which has no log source. */
export type CaseEvent =
  | { readonly type: 'entry'; readonly entry: Entry }
  | { readonly type: 'json'; readonly text: string }

/** A sequence of events, and the correlations that must fire at them. No others may fire. */
export interface SequenceCase {
  readonly range: SourceRange
  readonly events: readonly TimedEvent[]
  readonly fires: readonly WantedFire[]
}

export interface TimedEvent {
  /** Epoch milliseconds. */
  readonly time: number
  readonly event: CaseEvent
  readonly range: SourceRange
}

export interface WantedFire {
  /** Id or name; null for the only correlation of the tested file. */
  readonly rule: string | null
  /** Index in `events`. */
  readonly event: number
  /** The group's fields to compare; others are ignored. Null for any group. */
  readonly group: ReadonlyMap<string, string> | null
  readonly range: SourceRange
}
