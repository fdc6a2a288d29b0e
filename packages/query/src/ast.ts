/** Where something stands in the text it was read from, in UTF-16 units. */
export interface Range {
  readonly start: number
  /** Exclusive. */
  readonly end: number
}

/** A query as a tree. `and` and `or` hold two or more; the empty query is an `and` of none and holds for every entry. */
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
  /** Instants as written, so that `-15m` stays fifteen minutes before whenever it is asked. */
  readonly test: Comparison<string> | Between<string>
}
export interface AttributeClause extends Range {
  readonly type: 'attribute'
  /** Keys joined with dots. */
  readonly path: string
  readonly test: Text | Regex | Ordering<number> | Between<number>
}
/** That a field is present. */
export interface Has extends Range {
  readonly type: 'has'
  readonly field: PresenceField
  /** Of `attributes`: a key, or null for any attributes at all. */
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
/** `*` stands for any text, `?` for one character; a backslash before either, or before itself, takes that away. */
export interface Pattern {
  readonly type: 'pattern'
  readonly pattern: string
}
export interface Regex {
  readonly type: 'regex'
  readonly source: string
  /** Of `i`, `m` and `s`, each at most once. */
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
/** Both ends are included. */
export interface Between<T> {
  readonly type: 'between'
  readonly from: T
  readonly to: T
}
