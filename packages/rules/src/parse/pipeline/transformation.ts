import type { LogSource } from '../../entry.ts'

/**
 * Maps the field names and log sources of rules to those of entries. Transformations apply in order, each to the result
 * of the previous one. A subset of Sigma's processing pipelines.
 */
export interface Pipeline {
  readonly name: string | null
  readonly transformations: readonly Transformation[]
  /** Hex SHA-256 of its text. */
  readonly hash: string
}

export type Transformation = {
  /** All must cover the rule's log source. If empty, it applies to every rule. */
  readonly conditions: readonly LogSource[]
} & (
  | { readonly type: 'field_name_mapping'; readonly mapping: ReadonlyMap<string, readonly string[]> }
  | { readonly type: 'field_name_prefix'; readonly prefix: string }
  | { readonly type: 'change_logsource'; readonly logsource: LogSource }
)
