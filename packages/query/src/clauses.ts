import type { Ast, Range } from './ast.ts'
import type { FieldName } from './fields.ts'
import { parse, parseStrict } from './parse.ts'
import { print, printAttribute, wordOrQuoted } from './print.ts'

/** One of the clauses that all must hold, as a page shows it. */
export interface Chip extends Range {
  /** As `print` writes it; it may differ from what stands in the text between `start` and `end`. */
  readonly text: string
  readonly ast: Ast
}

/** The parts of the query that all must hold; one where it is an `or`, none where it is empty. */
export function clauses(ast: Ast): readonly Chip[] {
  return topLevel(ast).map((part) => ({ text: print(part), ast: part, start: part.start, end: part.end }))
}

/** What a value is of: a field, or a key of the attributes. */
export type ClauseField = Exclude<FieldName, 'has' | 'attributes'> | `attributes.${string}`

/**
 * The query narrowed to a value of a field, or with `negate` to all others; null stands for “absent”. The value is
 * meant to the letter: its wildcards are none. Replaces its own opposite, and adds nothing twice.
 * Throws `QueryError` where `text` has problems, or the field does not take the value.
 */
export function withClause(
  text: string,
  field: ClauseField,
  value: string | number | null,
  { negate = false }: { readonly negate?: boolean } = {},
): string {
  const clause = parseStrict(clauseText(field, value))
  const excluded: Ast = { type: 'not', of: clause, start: clause.start, end: clause.end }
  // `-has:x` is itself an exclusion, and its opposite is `has:x`.
  const opposite = clause.type === 'not' ? clause.of : excluded
  const [wanted, unwanted] = negate ? [opposite, clause] : [clause, opposite]
  const kept = topLevel(parseStrict(text)).filter((part) => print(part) !== print(unwanted))
  return printAll(kept.some((part) => print(part) === print(wanted)) ? kept : [...kept, wanted])
}

/** The query without the clause at `index` of `clauses`. Of a text with problems, what could be read remains. */
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
