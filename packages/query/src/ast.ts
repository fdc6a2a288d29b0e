/** A range of the query text, in UTF-16 units. */
export interface Range {
  readonly start: number
  /** Exclusive. */
  readonly end: number
}

/** A parsed query. `and` and `or` have at least two parts, but the empty query is an `and` of none and always holds. */
export type Ast = And | Or | Not | Clause

export interface And extends Range {
  readonly type: 'and'
  readonly of: readonly Ast[]
}
export interface Or extends Range {
  readonly type: 'or'
  readonly of: readonly Ast[]
}
export interface Not extends Range {
  readonly type: 'not'
  readonly of: Ast
}

export type Clause = Words | TextClause | EnumClause | NumberClause | TimeClause | AttributeClause | Has

/** A word or a phrase without a field. */
export interface Words extends Range {
  readonly type: 'words'
  readonly value: Text
}
export interface TextClause extends Range {
  readonly type: 'text'
  readonly field: TextField
  readonly value: Text | Regex
}
export interface EnumClause extends Range {
  readonly type: 'enum'
  readonly field: EnumField
  readonly test: Comparison<string> | Pattern
}
export interface NumberClause extends Range {
  readonly type: 'number'
  readonly field: 'risk'
  readonly test: Comparison<number> | Between<number>
}
export interface TimeClause extends Range {
  readonly type: 'time'
  readonly field: TimeField
  /** Times as written, so that `-15m` is relative to the time at which the query runs. */
  readonly test: Comparison<string> | Between<string>
}
export interface AttributeClause extends Range {
  readonly type: 'attribute'
  /** Keys joined by dots. */
  readonly path: string
  readonly test: Text | Regex | Ordering<number> | Between<number>
}
/** Tests that a field is present. */
export interface Has extends Range {
  readonly type: 'has'
  readonly field: PresenceField
  /** A key of `attributes`, or null for any attributes. */
  readonly path: string | null
}

export type TextField =
  | 'payload'
  | 'sender'
  | 'receiver'
  | 'session'
  | 'context'
  | 'rule'
  | 'title'
  | 'id'
  | 'source_id'
  | 'reported_by'
export type EnumField = 'kind' | 'band' | 'level' | 'surface' | 'verdict' | 'would' | 'unjudged' | 'undecided'
export type TimeField = 'at' | 'received_at'
export type PresenceField =
  | 'receiver'
  | 'session'
  | 'context'
  | 'source_id'
  | 'reported_by'
  | 'attributes'
  | 'rule'
  | 'verdict'
  | 'would'

export type Text = Exact | Pattern
export interface Exact {
  readonly type: 'exact'
  readonly text: string
}
/** `*` matches any text, `?` one character. A backslash escapes either of them or itself. */
export interface Pattern {
  readonly type: 'pattern'
  readonly pattern: string
}
export interface Regex {
  readonly type: 'regex'
  readonly source: string
  /** Any of `i`, `m` and `s`, each at most once. */
  readonly flags: string
}
export interface Comparison<T> {
  readonly type: 'compare'
  readonly op: '=' | '>' | '>=' | '<' | '<='
  readonly value: T
}
export interface Ordering<T> extends Comparison<T> {
  readonly op: '>' | '>=' | '<' | '<='
}
/** A range with both ends included. */
export interface Between<T> {
  readonly type: 'between'
  readonly from: T
  readonly to: T
}
