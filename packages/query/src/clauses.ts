import type { Ast, Range } from './ast.ts'
import type { FieldName } from './fields.ts'
import { parse, parseStrict } from './parse.ts'
import { print, printAttribute, wordOrQuoted } from './print.ts'

/** One of the top-level clauses, as a page shows it. */
export interface Chip extends Range {
  /** The output of `print`, which may differ from the text between `start` and `end`. */
  readonly text: string
  readonly ast: Ast
}

/** The parts of the query that must all hold: one for an `or`, none for an empty query. */
export function clauses(ast: Ast): readonly Chip[] {
  return topLevel(ast).map((part) => ({ text: print(part), ast: part, start: part.start, end: part.end }))
}

/** A field, or a key of the attributes. */
export type ClauseField = Exclude<FieldName, 'has' | 'attributes'> | `attributes.${string}`

/**
 * Adds a clause that narrows the query to a value of a field or, with `negate`, to all other values. Null means absent.
 * The value is literal, without wildcards. Replaces the opposite clause, and does not add a clause twice.
 * Throws `QueryError` if `text` has problems, or if the field does not accept the value.
 */
export function withClause(
  text: string,
  field: ClauseField,
  value: string | number | null,
  { negate = false }: { readonly negate?: boolean } = {},
): string {
  const clause = parseStrict(clauseText(field, value))
  const excluded: Ast = { type: 'not', of: clause, start: clause.start, end: clause.end }
  // The clause for an absent field, `-has:x`, is a `not`; its opposite is `has:x`.
  const opposite = clause.type === 'not' ? clause.of : excluded
  const [wanted, unwanted] = negate ? [opposite, clause] : [clause, opposite]
  const kept = topLevel(parseStrict(text)).filter((part) => print(part) !== print(unwanted))
  return printAll(kept.some((part) => print(part) === print(wanted)) ? kept : [...kept, wanted])
}

/** The query without the clause at `index` of `clauses`. If the text has problems, the parts that could be read. */
export function withoutClause(text: string, index: number): string {
  return printAll(topLevel(parse(text).ast).filter((_, at) => at !== index))
}

function clauseText(field: ClauseField, value: string | number | null): string {
  const name = field.startsWith('attributes.') ? printAttribute(field.slice('attributes.'.length)) : field
  if (value !== null) return `${name}:${wordOrQuoted(String(value))}`
  return `-has:${wordOrQuoted(field)}`
}

function topLevel(ast: Ast): readonly Ast[] {
  return ast.type === 'and' ? ast.of : [ast]
}

function printAll(parts: readonly Ast[]): string {
  const [only] = parts
  return parts.length === 1 && only !== undefined ? print(only) : print({ type: 'and', of: parts, start: 0, end: 0 })
}
