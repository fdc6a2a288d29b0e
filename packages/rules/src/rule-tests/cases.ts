import type { Entry } from '../entry.ts'
import type { SourceRange } from '../parse/rule-error.ts'

/** What stands in `<name>.cases.yml`, for the rules in `<name>.yml` beside it. */
export interface Cases {
  readonly rules: readonly RuleCases[]
  readonly sequences: readonly SequenceCase[]
}

/** Events for one rule. */
export interface RuleCases {
  /** Id or name; null: the only rule of the file beside. */
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

/** What a rule is tried on: an entry, or the text of any JSON object, whose log source nobody knows. */
export type CaseEvent =
  | { readonly type: 'entry'; readonly entry: Entry }
  | { readonly type: 'json'; readonly text: string }

/** Events one after the other, and which correlations must hold at which of them: these and no others. */
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
  /** Id or name; null: the only correlation of the file beside. */
  readonly rule: string | null
  /** Index in `events`. */
  readonly event: number
  /** Null: any group. Of the group's fields only those named here are compared. */
  readonly group: ReadonlyMap<string, string> | null
  readonly range: SourceRange
}
