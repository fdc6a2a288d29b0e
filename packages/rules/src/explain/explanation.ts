import type { LeafType } from '@sentinelmesh/text/json-text'
import type { Place } from '../match/match.ts'
import type { Spent } from '../match/work-budget.ts'

/** Why a rule held for an event, or why not. Data only: `describeExplanation` makes sentences of it. */
export interface Explanation {
  readonly ruleId: string
  readonly title: string
  /** Where it is of an entry as another event than itself: which one. Then places are in the fields of that event. */
  readonly view?: string
  /** Whether matching gives a match of the rule: its log source covers the event and its condition holds. */
  readonly held: boolean
  /** The limit that its work on the event exceeded, so that it is not known whether it holds; null where it is known. */
  readonly undecided: Spent | null
  /** The id of the first filter that holds the match back; null where none does, or where there is none to hold back. */
  readonly filteredBy: string | null
  readonly logSource: LogSourceExplanation
  readonly condition: ConditionExplanation
  /** Those that the condition names, each once, in the order in which it names them. */
  readonly selections: readonly SelectionExplanation[]
  /** The filters that apply to the rule. */
  readonly filters: readonly FilterExplanation[]
}

export interface LogSourceExplanation {
  readonly held: boolean
  /** False where the event says nothing of its log source: then every rule is tried. */
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

/** The rule's condition, each part with whether it held. The selections that it names stand beside it. */
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
  /** Whether each value must hold, or one. */
  readonly all: boolean
  /** Whether the search holds where its values do not. */
  readonly negated: boolean
  /** In the order of the rule, at most `explainedValues`: those that decided go before the others. */
  readonly values: readonly ValueExplanation[]
  readonly valuesLeftOut: number
}

export interface ValueExplanation {
  /** Its place in the rule's list of values. */
  readonly value: number
  /** As the rule has it. */
  readonly pattern: string
  readonly held: boolean
  /** Where it held; empty also where it held of something that is not there. */
  readonly places: readonly Place[]
  /** What the event has there: around the first place, or around what came nearest. Null where it has nothing. */
  readonly found: Excerpt | null
  /** Null where it held. */
  readonly miss: Miss | null
  /** Texts and numbers of the event that it was tried on; several where the field is a list, or there is none. */
  readonly triedOn: number
}

/** A part of one leaf, at most `excerptChars` long, cut between characters. */
export interface Excerpt {
  /** Where it stands in the leaf. */
  readonly place: Place
  readonly text: string
  readonly type: LeafType
  /** UTF-16 units of the whole leaf. */
  readonly leafLength: number
}

/** Why a value did not hold, where the event came nearest. */
export type Miss =
  /** The event has no such field. */
  | { readonly reason: 'absent' }
  /** The field is null, of which only `null` and `exists` hold. */
  | { readonly reason: 'is_null' }
  /** The field is an object or a list without a value of its own. */
  | { readonly reason: 'no_value' }
  /** The rule wants it absent. */
  | { readonly reason: 'is_there' }
  /** Another text; `near` is the longest beginning of what is wanted that it holds. */
  | { readonly reason: 'other_text'; readonly near: Place | null }
  /** What is wanted stands in it, but not where the modifiers ask for it. */
  | { readonly reason: 'other_position'; readonly near: Place }
  /** It would hold if the case of letters did not matter. */
  | { readonly reason: 'other_case' }
  /** The regular expression needs one of these texts (folded, a few of them), and none is there. */
  | { readonly reason: 'lacks_literal'; readonly literals: readonly string[] }
  | { readonly reason: 'regex' }
  | { readonly reason: 'not_a_number' }
  | { readonly reason: 'comparison' }
  | { readonly reason: 'not_an_address' }
  | { readonly reason: 'outside_network' }
  | { readonly reason: 'not_a_time' }
  /** `found` is the part of the time that was asked for. */
  | { readonly reason: 'other_time'; readonly found: number }
  /** The other field has no text to compare with. */
  | { readonly reason: 'reference_absent'; readonly field: string }
  /** `other` is what the other field has. */
  | { readonly reason: 'reference_differs'; readonly field: string; readonly other: Excerpt }
  /** A modifier or evaluator that a program brought said no. */
  | { readonly reason: 'custom' }
  /** It was not tried to the end: its work on the event exceeded a limit. */
  | { readonly reason: 'undecided' }

export interface FilterExplanation {
  readonly filterId: string
  readonly title: string
  /** Whether its condition held; where not, the rule's match is held back. */
  readonly held: boolean
  readonly condition: ConditionExplanation
  readonly selections: readonly SelectionExplanation[]
}
