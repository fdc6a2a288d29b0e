/** All that can be wrong with a document so that it cannot be used. Programs read the code, people the sentence. */
export const RULE_ERROR_CODES = [
  // The text
  'too_large',
  'invalid_utf8',
  'yaml_syntax',
  'yaml_duplicate_key',
  'several_documents',
  'not_a_map',
  'document_unsupported',
  // What a document says of itself
  'missing_title',
  'bad_metadata',
  'duplicate_id',
  // Log source, detection
  'missing_logsource',
  'bad_logsource',
  'missing_detection',
  'bad_detection',
  'empty_detection',
  'unknown_modifier',
  'modifier_conflict',
  'modifier_order',
  'modifier_type',
  'modifier_value',
  'all_single_value',
  'bad_value',
  'empty_value',
  'null_in_list',
  'bad_regex',
  'regex_unsupported',
  'bad_cidr',
  'expand_unresolved',
  // Conditions
  'missing_condition',
  'condition_syntax',
  'unknown_identifier',
  'empty_selector',
  'deprecated_aggregation',
  // Correlations and filters
  'bad_correlation',
  'bad_timespan',
  'unknown_rule',
  'correlation_cycle',
  'bad_filter',
  // Pipelines
  'bad_pipeline',
  'pipeline_unsupported',
] as const
export type RuleErrorCode = (typeof RULE_ERROR_CODES)[number]

/** Lines and columns count from 1; the end is behind the last character. */
export interface SourceRange {
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

export class RuleError extends Error {
  override readonly name = 'RuleError'
  constructor(
    readonly code: RuleErrorCode,
    readonly range: SourceRange,
    /** A sentence for the person who wrote the rule. */
    message: string,
    /** The part of the document: `detection.selection.A|contains`, `correlation.rules[0]`; `$` for the whole. */
    readonly path: string = '$',
    /** What to write instead, where that can be known. */
    readonly mend: string | null = null,
  ) {
    super(message)
  }
}
