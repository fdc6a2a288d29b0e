import type { Ast, NumberClause } from './ast.ts'
import { enumValues } from './compile.ts'
import { parse, parseStrict } from './parse.ts'
import { print, wordOrQuoted } from './print.ts'

/** The fields whose values are counted for a search, in display order. */
export const FACET_FIELDS = ['band', 'kind', 'sender', 'receiver', 'rule'] as const
export type FacetField = (typeof FACET_FIELDS)[number]

/** Selects the entries with one of `values` in `field` or, if `excluded`, all others. */
export interface FacetChoice {
  readonly field: FacetField
  readonly values: readonly string[]
  readonly excluded: boolean
}

/** The bands that cover exactly the risks from `from` to `to`; undefined if a band is only partly covered. */
export type BandsWithin = (from: number, to: number) => readonly string[] | undefined

/** Interprets a query, or a part of one, as a choice among a field's values; undefined if it is anything else. */
export function facetChoice(ast: Ast, bandsWithin: BandsWithin): FacetChoice | undefined {
  const one = (field: FacetField, values: readonly string[] | undefined) =>
    values === undefined ? undefined : { field, values, excluded: false }
  switch (ast.type) {
    case 'not': {
      const choice = facetChoice(ast.of, bandsWithin)
      return choice && { ...choice, excluded: !choice.excluded }
    }
    case 'or': {
      const choices = ast.of.map((part) => facetChoice(part, bandsWithin))
      const [first] = choices
      if (first === undefined || choices.some((choice) => choice?.field !== first.field || choice.excluded)) return
      return one(first.field, [...new Set(choices.flatMap((choice) => choice?.values ?? []))])
    }
    case 'enum':
      return ast.field === 'band' || ast.field === 'kind' ? one(ast.field, enumValues(ast)) : undefined
    case 'number':
      return one('band', bandsOf(ast, bandsWithin))
    case 'text': {
      const { field, value } = ast
      if (value.type !== 'exact') return
      return field === 'sender' || field === 'receiver' || field === 'rule' ? one(field, [value.text]) : undefined
    }
    default:
      return
  }
}

function bandsOf({ test }: NumberClause, bandsWithin: BandsWithin): readonly string[] | undefined {
  if (test.type === 'between') return bandsWithin(test.from, test.to)
  switch (test.op) {
    case '=':
      return bandsWithin(test.value, test.value)
    case '>':
      return bandsWithin(test.value + 1, 100)
    case '>=':
      return bandsWithin(test.value, 100)
    case '<':
      return bandsWithin(0, test.value - 1)
    case '<=':
      return bandsWithin(0, test.value)
  }
}

/**
 * The query without the parts that concern only this field. The field's values are counted with this query, so that the
 * other values are listed too, with the count that choosing them instead would yield.
 */
export function withoutFacet(ast: Ast, field: FacetField): Ast {
  const parts = topLevel(ast)
  const kept = parts.filter((part) => fieldOf(part) !== field)
  if (kept.length === parts.length) return ast
  const [only] = kept
  const { start, end } = ast
  return kept.length === 1 && only !== undefined ? only : { type: 'and', of: kept, start, end }
}

/** The only facet that a part concerns; undefined if it concerns another field or several fields. */
function fieldOf(ast: Ast): FacetField | undefined {
  switch (ast.type) {
    case 'and':
    case 'or': {
      const [first, ...rest] = ast.of.map(fieldOf)
      return rest.every((field) => field === first) ? first : undefined
    }
    case 'not':
      return fieldOf(ast.of)
    case 'number':
      return 'band'
    case 'enum':
    case 'text':
    case 'has':
      return FACET_FIELDS.find((field) => field === ast.field)
    default:
      return
  }
}

export interface ChosenValues {
  readonly included: readonly string[]
  readonly excluded: readonly string[]
}

/** The values of a field that the query includes and excludes. If the text has problems, uses what could be read. */
export function chosenValues(text: string, field: FacetField, bandsWithin: BandsWithin): ChosenValues {
  const choices = topLevel(parse(text).ast)
    .map((part) => facetChoice(part, bandsWithin))
    .filter((choice) => choice?.field === field)
  const values = (excluded: boolean) => [
    ...new Set(choices.flatMap((choice) => (choice?.excluded === excluded ? choice.values : []))),
  ]
  return { included: values(false), excluded: values(true) }
}

/**
 * Replaces the chosen values of a field. All other parts of the query stay, even those that concern the field.
 * Throws `QueryError` if `text` has problems.
 */
export function withChosenValues(
  text: string,
  field: FacetField,
  { included, excluded }: ChosenValues,
  bandsWithin: BandsWithin,
): string {
  const kept = topLevel(parseStrict(text)).filter((part) => facetChoice(part, bandsWithin)?.field !== field)
  const clause = (value: string) => parseStrict(`${field}:${wordOrQuoted(value)}`)
  const place = { start: 0, end: 0 }
  const either = included.map(clause)
  const chosen: readonly Ast[] = either.length > 1 ? [{ type: 'or', of: either, ...place }] : either
  const others = excluded.map((value): Ast => ({ type: 'not', of: clause(value), ...place }))
  const parts = [...kept, ...chosen, ...others]
  const [only] = parts
  return parts.length === 1 && only !== undefined ? print(only) : print({ type: 'and', of: parts, ...place })
}

function topLevel(ast: Ast): readonly Ast[] {
  return ast.type === 'and' ? ast.of : [ast]
}
