/** All that can be wrong with a rule. Programs read the code, people the sentence. */
export const RULE_ERROR_CODES = [
  'too_large',
  'yaml_syntax',
  'yaml_duplicate_key',
  'several_documents',
  'not_a_map',
  'bad_metadata',
  'bad_logsource',
  'bad_detection',
  'bad_condition',
  'unknown_selection',
  'modifier_unsupported',
  'modifier_misused',
  'bad_value',
  'bad_regex',
  'regex_unsupported',
  'bad_cidr',
  'document_unsupported',
  'duplicate_id',
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
  ) {
    super(message)
  }
}
