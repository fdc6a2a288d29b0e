import type { LogSource } from '../entry.ts'
import type { RegexFlags } from '../regex/regex.ts'
import type { Level } from '../risk.ts'
import type { Glob } from './values/glob.ts'
import type { Network } from './values/network.ts'
import type { SourceRange } from './rule-error.ts'

/** One document of a rule file, read and supported in full. */
export type RuleDocument = Rule | Correlation | Filter

/** What every document says of itself. */
export interface Head {
  /** As the document has it; else made from the hash of its text. */
  readonly id: string
  /** By which correlations and filters may refer to it, beside its id. */
  readonly name: string | null
  readonly title: string
  readonly description: string | null
  readonly status: string | null
  readonly author: string | null
  readonly date: string | null
  readonly modified: string | null
  readonly license: string | null
  readonly references: readonly string[]
  readonly tags: readonly string[]
  readonly falsepositives: readonly string[]
  /** The YAML of this document alone, and its SHA-256 in hex. */
  readonly text: string
  readonly hash: string
}

/** How much a match says. */
export interface Weight {
  /** `medium` where the document says none. */
  readonly level: Level
  /** 0–100: those of the level, unless the document sets its own under `sentinelmesh:`. */
  readonly points: number
  /** Of a family only the largest points count; by default the document's own id. */
  readonly family: string
}

/** A Sigma detection rule. */
export interface Rule extends Head, Weight {
  readonly kind: 'rule'
  readonly logsource: LogSource
  readonly selections: ReadonlyMap<string, Selection>
  readonly condition: Condition
}

export const CORRELATION_TYPES = [
  'event_count',
  'value_count',
  'temporal',
  'temporal_ordered',
  'value_sum',
  'value_max',
  'value_min',
  'value_avg',
  'value_percentile',
] as const
export type CorrelationType = (typeof CORRELATION_TYPES)[number]

export type CorrelationOperator = 'eq' | 'neq' | Comparison

/** A Sigma correlation: what has to happen in one group within a span of time. */
export interface Correlation extends Head, Weight {
  readonly kind: 'correlation'
  readonly type: CorrelationType
  /** Ids or names of rules and correlations, as written, each once. */
  readonly rules: readonly string[]
  /** Fields or aliases; empty: all events are one group. */
  readonly groupBy: readonly string[]
  /** For each alias the field that it means in the events of a rule, by the rule's name or id as written. */
  readonly aliases: ReadonlyMap<string, ReadonlyMap<string, string>>
  readonly timespanMs: number
  /** All have to hold. Null where `temporal` and `temporal_ordered` have none: every rule must be seen. */
  readonly condition: readonly { readonly operator: CorrelationOperator; readonly number: number }[] | null
  /** `condition.field`: what `value_*` count or add up. A list counts distinct tuples. */
  readonly fields: readonly string[]
  /** `condition.percentile`, 0–100. */
  readonly percentile: number | null
  /** Whether the rules that it refers to make matches of their own too. */
  readonly generate: boolean
}

/** A Sigma filter: the rules that it names match only where its condition holds as well. */
export interface Filter extends Head {
  readonly kind: 'filter'
  readonly logsource: LogSource
  /** Ids or names, as written. */
  readonly rules: readonly string[] | 'any'
  readonly selections: ReadonlyMap<string, Selection>
  readonly condition: Condition
}

export type Selection =
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Selection[] }
  | { readonly kind: 'search'; readonly search: Search }

/** One `field|modifier: values` of a detection; without a field, keywords: any leaf of the event. */
export interface Search {
  readonly field: string | null
  /** As written, in order. */
  readonly modifiers: readonly string[]
  /** True where each value must hold (by some leaf each), false where one is enough. */
  readonly all: boolean
  /** `neq`: holds where the values do not, also where the field is absent. */
  readonly negated: boolean
  readonly values: readonly Value[]
  readonly range: SourceRange
}

export type Comparison = 'lt' | 'lte' | 'gt' | 'gte'
export type TextPlace = 'whole' | 'contains' | 'startswith' | 'endswith'

export const TIME_PARTS = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const
export type TimePart = (typeof TIME_PARTS)[number]

/** What a search looks for, and `pattern`: how the rule has it. */
export type Value = { readonly pattern: string } & (
  | {
      readonly kind: 'glob'
      /** Several globs are forms of one value: a base64 text at each of its three offsets. */
      readonly globs: readonly Glob[]
      readonly cased: boolean
      readonly windash: boolean
    }
  | { readonly kind: 'regex'; readonly regex: string; readonly flags: RegexFlags }
  | { readonly kind: 'number'; readonly comparison: Comparison; readonly number: number }
  | { readonly kind: 'time'; readonly part: TimePart; readonly number: number }
  | { readonly kind: 'network'; readonly network: Network }
  /** The text of another field of the same event. */
  | { readonly kind: 'fieldref'; readonly field: string; readonly place: TextPlace; readonly cased: boolean }
  | { readonly kind: 'exists'; readonly wanted: boolean }
  /** Null, or no such field. */
  | { readonly kind: 'null' }
  | { readonly kind: 'custom'; readonly test: CustomTest }
)

/**
 * What a modifier that a program registered makes of a value. Gives the range in the text that held, in UTF-16 units,
 * or null.
 */
export type CustomTest = (text: string) => { readonly start: number; readonly end: number } | null

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | { readonly kind: 'selection'; readonly name: string }
