import type { LogSource } from '../entry.ts'
import type { RegexFlags } from '../regex/regex.ts'
import type { Level } from '../risk.ts'
import type { Decimal } from './values/decimal.ts'
import type { Glob } from './values/glob.ts'
import type { Network } from './values/network.ts'
import type { SourceRange } from './rule-error.ts'

/** One document of a rule file, fully parsed and supported. */
export type RuleDocument = Rule | Correlation | Filter

/** The metadata of a document. */
export interface Head {
  /** The id in the document, or one derived from the hash of its text. */
  readonly id: string
  /** Correlations and filters can refer to the document by this name or by its id. */
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
  /** The YAML of this document alone; `hash` is its SHA-256 in hex. */
  readonly text: string
  readonly hash: string
}

/** The weight of a match. */
export interface Weight {
  /** `medium` by default. */
  readonly level: Level
  /** 0–100: the level's points, unless the document sets its own under `sentinelmesh:`. */
  readonly points: number
  /** Within a family only the highest points count. Defaults to the document's own id. */
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

/** A Sigma correlation: a condition on the events of one group within a time span. */
export interface Correlation extends Head, Weight {
  readonly kind: 'correlation'
  readonly type: CorrelationType
  /** Distinct ids or names of rules and correlations, as written. */
  readonly rules: readonly string[]
  /** Fields or aliases. If empty, all events are one group. */
  readonly groupBy: readonly string[]
  /** For each alias, the field that it stands for, by the name or id of the rule as written. */
  readonly aliases: ReadonlyMap<string, ReadonlyMap<string, string>>
  readonly timespanMs: number
  /** All must hold. Null for a `temporal` or `temporal_ordered` without a condition: every rule must match. */
  readonly condition: readonly { readonly operator: CorrelationOperator; readonly number: number }[] | null
  /** `condition.field`: the fields that `value_*` count or aggregate. A list counts distinct tuples. */
  readonly fields: readonly string[]
  /** `condition.percentile`, 0–100. */
  readonly percentile: number | null
  /** Whether the rules that it refers to also contribute matches of their own. */
  readonly generate: boolean
}

/** A Sigma filter: a match of a rule that it names counts only if the filter's condition holds too. */
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

/** One `field|modifier: values` of a detection. Without a field: keywords, which search every leaf of the event. */
export interface Search {
  readonly field: string | null
  /** As written, in order. */
  readonly modifiers: readonly string[]
  /** Whether every value must match (each on some leaf), or one is enough. */
  readonly all: boolean
  /** `neq`: true if the values do not match, also if the field is absent. */
  readonly negated: boolean
  readonly values: readonly Value[]
  readonly range: SourceRange
}

export type Comparison = 'lt' | 'lte' | 'gt' | 'gte'
export type TextPlace = 'whole' | 'contains' | 'startswith' | 'endswith'

export const TIME_PARTS = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const
export type TimePart = (typeof TIME_PARTS)[number]

/** One value of a search, compiled, with `pattern` as the rule writes it. */
export type Value = { readonly pattern: string } & (
  | {
      readonly kind: 'glob'
      /** Alternative forms of one value, such as a base64 text at each of its three offsets. */
      readonly globs: readonly Glob[]
      readonly cased: boolean
      readonly windash: boolean
    }
  | { readonly kind: 'regex'; readonly regex: string; readonly flags: RegexFlags }
  | { readonly kind: 'number'; readonly comparison: Comparison; readonly limit: Decimal }
  | { readonly kind: 'time'; readonly part: TimePart; readonly number: number }
  | { readonly kind: 'network'; readonly network: Network }
  /** Compares with the text of another field of the same event. */
  | { readonly kind: 'fieldref'; readonly field: string; readonly place: TextPlace; readonly cased: boolean }
  | { readonly kind: 'exists'; readonly wanted: boolean }
  /** Matches null and absent fields. */
  | { readonly kind: 'null' }
  | { readonly kind: 'custom'; readonly test: CustomTest }
)

/**
 * The test that a custom modifier compiled from a value. Returns the range of the text that matched, in UTF-16 units,
 * or null.
 */
export type CustomTest = (text: string) => { readonly start: number; readonly end: number } | null

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | { readonly kind: 'selection'; readonly name: string }
