import type { RuleErrorCode, SourceRange } from './rule-error.ts'

/** Codes of warnings: the document is still used. Loading rules reports the first group, lint reports all of them. */
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
  'wrong_context',
  'unbounded_gap',
  'status_not_for_use',
  'filter_of_nothing',
  'alias_unused',
] as const
export type WarningCode = (typeof WARNING_CODES)[number]
export type ProblemCode = RuleErrorCode | WarningCode

/** One error or warning in one document, as shown by lint, import and the editor. */
export interface Problem {
  /** The name that the caller gave to the source. */
  readonly file: string | null
  /** Relative to the source, not to the document. */
  readonly range: SourceRange
  /** `detection.selection.A|contains`, `correlation.rules[0]`; `$` for the document. */
  readonly path: string
  readonly code: ProblemCode
  /** A document with an error is not used; one with warnings is. */
  readonly severity: 'error' | 'warning'
  /** A full sentence. */
  readonly message: string
  /** A suggested fix, or null. */
  readonly mend: string | null
  /** Null if the document was refused before its id was read. */
  readonly ruleId: string | null
}
