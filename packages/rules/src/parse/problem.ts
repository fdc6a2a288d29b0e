import type { RuleErrorCode, SourceRange } from './rule-error.ts'

/** What does not keep a document from being used. The first ones are told whenever rules are read, the others by lint. */
export const WARNING_CODES = [
  'old_metadata',
  'filter_without_not',
  'timeframe_ignored',
  // Lint
  'missing_id',
  'missing_falsepositives',
  'unused_selection',
  'always_true',
  'never_true',
  'regex_not_needed',
  'regex_costly',
  'wildcard_not_needed',
  'matches_anything',
  'repeated_value',
  'misspelt_key',
  'contains_too_short',
  'field_unavailable',
  'status_not_for_use',
  'filter_of_nothing',
  'alias_unused',
] as const
export type WarningCode = (typeof WARNING_CODES)[number]
export type ProblemCode = RuleErrorCode | WarningCode

/** One thing that is wrong, or suspicious, in one document. What lint, import and the editor show. */
export interface Problem {
  /** As the caller named the source. */
  readonly file: string | null
  /** In the source, not in the document. */
  readonly range: SourceRange
  /** `detection.selection.A|contains`, `correlation.rules[0]`; `$` for the document. */
  readonly path: string
  readonly code: ProblemCode
  /** A document with an error is not used; one with warnings is. */
  readonly severity: 'error' | 'warning'
  /** A sentence. */
  readonly message: string
  /** What to write instead, where that can be known. */
  readonly mend: string | null
  /** Where the document came as far as saying it. */
  readonly ruleId: string | null
}
