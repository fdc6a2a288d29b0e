export type * from './ast.ts'
export { clauses, withClause, withoutClause, type Chip, type ClauseField } from './clauses.ts'
export {
  compile,
  enumValues,
  matches,
  payloadTest,
  WORD_FIELDS,
  type CompileOptions,
  type Predicate,
  type Queryable,
} from './compile.ts'
export { completionAt, type Completion } from './completion.ts'
export {
  chosenValues,
  FACET_FIELDS,
  facetChoice,
  withChosenValues,
  withoutFacet,
  type BandsWithin,
  type ChosenValues,
  type FacetChoice,
  type FacetField,
} from './facets.ts'
export { FIELDS, fieldNamed, type Field, type FieldName } from './fields.ts'
export { QUERY_LIMITS } from './limits.ts'
export { parse, parseStrict, type Parsed, type ParseOptions } from './parse.ts'
export { payloadContains, payloadText, payloadTexts, type QueryablePayload } from './payload-text.ts'
export { print, wordOrQuoted } from './print.ts'
export { QueryError, type Problem } from './problem.ts'
export {
  attributeTest,
  hasAttribute,
  numberTest,
  textTest,
  type Reach,
  type RegexCompiler,
  type TextTest,
} from './text-test.ts'
export { textNeeds, type RegexNeeds, type TextNeed } from './text-needs.ts'
export { timeBounds, type TimeBounds } from './time.ts'
export { wildcard, wildcardPrefix } from './wildcard.ts'
