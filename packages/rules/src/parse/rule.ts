import type { LogSource } from '../entry.ts'
import type { Glob } from './glob.ts'
import type { Network } from './network.ts'
import type { RegexFlags } from '../regex/regex.ts'
import type { Level } from '../risk.ts'
import type { SourceRange } from './rule-error.ts'

/** A Sigma rule that was read and is supported in full. */
export interface Rule {
  /** As the rule has it; else made from the hash of its text. */
  readonly id: string
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
  /** `medium` where the rule says none. */
  readonly level: Level
  /** 0–100: those of the level, unless the rule sets its own under `sentinelmesh:`. */
  readonly points: number
  /** Of a family only the largest points count; by default the rule's own id. */
  readonly family: string
  readonly logsource: LogSource
  readonly selections: ReadonlyMap<string, Selection>
  readonly condition: Condition
  /** The YAML, and its SHA-256 in hex. */
  readonly text: string
  readonly hash: string
}

export type Selection =
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Selection[] }
  | { readonly kind: 'search'; readonly search: Search }

/** One `field|modifier: values` of a detection; without a field, keywords: any leaf of the event. */
export interface Search {
  readonly field: string | null
  /** True where each value must hold (by some leaf each), false where one is enough. */
  readonly all: boolean
  readonly values: readonly Value[]
  readonly range: SourceRange
}

export type Comparison = 'lt' | 'lte' | 'gt' | 'gte'

export type Value =
  /** Several globs are forms of one value: a base64 text at each of its three offsets. */
  | { readonly kind: 'glob'; readonly globs: readonly Glob[]; readonly cased: boolean; readonly windash: boolean }
  | { readonly kind: 'regex'; readonly pattern: string; readonly flags: RegexFlags }
  | { readonly kind: 'number'; readonly comparison: Comparison; readonly number: number }
  | { readonly kind: 'network'; readonly network: Network }
  | { readonly kind: 'exists'; readonly wanted: boolean }
  /** Null, or no such field. */
  | { readonly kind: 'null' }

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | { readonly kind: 'selection'; readonly name: string }
