/** Codes of the errors for which a document is refused. Programs read the code, people read the message. */
export const RULE_ERROR_CODES = [
  // The text
  'too_large',
  'invalid_utf8',
  'yaml_syntax',
  'yaml_duplicate_key',
  'several_documents',
  'not_a_map',
  'document_unsupported',
  // Metadata
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

/** Lines and columns count from 1; the end is exclusive. */
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
    /** A sentence for the author of the rule. */
    message: string,
    /** The part of the document: `detection.selection.A|contains`, `correlation.rules[0]`; `$` for the whole. */
    readonly path: string = '$',
    /** A suggested fix, or null. */
    readonly mend: string | null = null,
  ) {
    super(message)
  }
}
