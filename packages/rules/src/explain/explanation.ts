import type { LeafType } from '@sentinelmesh/text/json-text'
import type { Place } from '../match/match.ts'
import type { Spent } from '../match/work-budget.ts'

/** Why a rule matched an event, or why not. Data only; `describeExplanation` renders it as text. */
export interface Explanation {
  readonly ruleId: string
  readonly title: string
  /** The view of the entry that is explained, if it is not the entry itself. Places are then in the view's fields. */
  readonly view?: string
  /** Whether the rule matches: its log source covers the event and its condition holds. */
  readonly held: boolean
  /** The limit that the rule's work exceeded, so that it is unknown whether it matches; otherwise null. */
  readonly undecided: Spent | null
  /** The id of the first filter that suppresses the match; null if there is no match or no filter suppresses it. */
  readonly filteredBy: string | null
  readonly logSource: LogSourceExplanation
  readonly condition: ConditionExplanation
  /** The distinct selections that the condition names, in the order of their first use. */
  readonly selections: readonly SelectionExplanation[]
  /** The filters that apply to the rule. */
  readonly filters: readonly FilterExplanation[]
}

export interface LogSourceExplanation {
  readonly held: boolean
  /** False if the event's log source is unknown, so that every rule applies. */
  readonly checked: boolean
  /** The keys that the rule names. */
  readonly keys: readonly LogSourceKey[]
}

export interface LogSourceKey {
  readonly key: 'product' | 'category' | 'service'
  readonly wanted: string
  readonly found: string | null
  readonly held: boolean
}

/** The rule's condition, with the result of each part. The selections that it names are in `selections`. */
export type ConditionExplanation = { readonly held: boolean } & (
  | { readonly kind: 'and' | 'or'; readonly parts: readonly ConditionExplanation[] }
  | { readonly kind: 'not'; readonly part: ConditionExplanation }
  | { readonly kind: 'selection'; readonly name: string }
)

export interface SelectionExplanation {
  readonly name: string
  readonly held: boolean
  readonly body: PartExplanation
}

export type PartExplanation =
  | { readonly kind: 'all' | 'any'; readonly held: boolean; readonly parts: readonly PartExplanation[] }
  | SearchExplanation

/** One `field|modifiers: values`. */
export interface SearchExplanation {
  readonly kind: 'search'
  readonly held: boolean
  /** Null for keywords: any leaf of the event. */
  readonly field: string | null
  readonly modifiers: readonly string[]
  /** Whether every value must match, or one is enough. */
  readonly all: boolean
  /** Whether the search is true if its values do not match. */
  readonly negated: boolean
  /** In the order of the rule, at most `LIMITS.explainedValues`; decisive values take precedence. */
  readonly values: readonly ValueExplanation[]
  readonly valuesLeftOut: number
}

export interface ValueExplanation {
  /** Its index in the rule's list of values. */
  readonly value: number
  /** The value as the rule writes it. */
  readonly pattern: string
  readonly held: boolean
  /** Where it matched. Also empty if it matched an absent field. */
  readonly places: readonly Place[]
  /** The event's text around the first place or the nearest miss. Null if the event has none. */
  readonly found: Excerpt | null
  /** Null if it matched. */
  readonly miss: Miss | null
  /** The number of texts and numbers that it was tried on: several if the field is a list, or if there is no field. */
  readonly triedOn: number
}

/** A part of one leaf, at most `LIMITS.excerptChars` long, cut between characters. */
export interface Excerpt {
  /** Its place in the leaf. */
  readonly place: Place
  readonly text: string
  readonly type: LeafType
  /** UTF-16 units of the whole leaf. */
  readonly leafLength: number
}

/** Why a value did not match, for the leaf that came nearest. */
export type Miss =
  /** The event has no such field. */
  | { readonly reason: 'absent' }
  /** The field is null, which only `null` and `exists` match. */
  | { readonly reason: 'is_null' }
  /** The field is an object or a list without a value of its own. */
  | { readonly reason: 'no_value' }
  /** The rule requires that the field is absent. */
  | { readonly reason: 'is_there' }
  /** A different text. `near` is the longest prefix of the value that it contains. */
  | { readonly reason: 'other_text'; readonly near: Place | null }
  /** It contains the value, but not where the modifiers require it. */
  | { readonly reason: 'other_position'; readonly near: Place }
  /** It would match if case were ignored. */
  | { readonly reason: 'other_case' }
  /** The regular expression requires one of these texts (case-folded, the first few), and none occurs. */
  | { readonly reason: 'lacks_literal'; readonly literals: readonly string[] }
  | { readonly reason: 'regex' }
  | { readonly reason: 'not_a_number' }
  | { readonly reason: 'comparison' }
  | { readonly reason: 'not_an_address' }
  | { readonly reason: 'outside_network' }
  | { readonly reason: 'not_a_time' }
  /** `found` is the requested part of the event's time. */
  | { readonly reason: 'other_time'; readonly found: number }
  /** The other field has no text to compare with. */
  | { readonly reason: 'reference_absent'; readonly field: string }
  /** `other` is an excerpt of the other field. */
  | { readonly reason: 'reference_differs'; readonly field: string; readonly other: Excerpt }
  /** A custom modifier or evaluator did not match. */
  | { readonly reason: 'custom' }
  /** Its work on the event exceeded a limit, so it was stopped. */
  | { readonly reason: 'undecided' }

export interface FilterExplanation {
  readonly filterId: string
  readonly title: string
  /** Whether its condition holds. If not, the filter suppresses the rule's match. */
  readonly held: boolean
  readonly condition: ConditionExplanation
  readonly selections: readonly SelectionExplanation[]
}
