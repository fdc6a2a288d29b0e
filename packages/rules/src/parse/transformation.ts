import type { LogSource } from '../entry.ts'

/**
 * Maps the field names and log sources that rules were written for to those of the entries. The transformations apply
 * in order, each to what the ones before it made. A part of Sigma's processing pipelines.
 */
export interface Pipeline {
  readonly name: string | null
  readonly transformations: readonly Transformation[]
  /** SHA-256 of its text, hex. */
  readonly hash: string
}

export type Transformation = {
  /** All have to cover the log source of the rule; none: every rule. */
  readonly conditions: readonly LogSource[]
} & (
  | { readonly type: 'field_name_mapping'; readonly mapping: ReadonlyMap<string, readonly string[]> }
  | { readonly type: 'field_name_prefix'; readonly prefix: string }
  | { readonly type: 'change_logsource'; readonly logsource: LogSource }
)
