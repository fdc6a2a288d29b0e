import type { Ast, EnumClause, Has, TextClause, TimeClause, Words } from './ast.ts'
import { FIELDS } from './fields.ts'
import { foldCase } from '@sentinelmesh/text/fold-case'
import { payloadContains, payloadTexts, type QueryablePayload } from './payload-text.ts'
import { attributeTest, hasAttribute, numberTest, textTest, type RegexCompiler } from './text-test.ts'
import { timeBounds } from './time.ts'
import { wildcard } from './wildcard.ts'

/** An entry for a query. Implement expensive properties as getters: only the clauses that need them read them. */
export interface Queryable {
  readonly id: string
  readonly source_id: string | null
  readonly sender: string
  readonly receiver: string | null
  readonly kind: string
  readonly session: string | null
  readonly context: string | null
  readonly risk: number
  readonly band: string
  /** Microseconds. */
  readonly at: number
  /** Microseconds. */
  readonly received_at: number
  readonly surface: string
  readonly reported_by: string | null
  readonly verdict: string | null
  readonly would: string | null
  readonly unjudged: boolean
  /** The rules that could not be decided. */
  readonly undecided: readonly unknown[]
  readonly payload: QueryablePayload
  /** A JSON object as text. */
  readonly attributes: string | null
  readonly matches: readonly { readonly ruleId: string; readonly title: string; readonly level: string }[]
}

export interface CompileOptions {
  /** The time that `-15m` is relative to, in microseconds like the entry's times. */
  readonly now: number
  /** Required if the query contains `/regex/`; otherwise compiling it throws `RangeError`. */
  readonly regex?: RegexCompiler
}

export type Predicate = (entry: Queryable) => boolean

/**
 * Compiles the query to a predicate on entries. The logic is two-valued: a clause on an absent field is false, so
 * `-receiver:x` holds for entries without a receiver. The SQL of packages/db has the same semantics.
 */
export function compile(ast: Ast, options: CompileOptions): Predicate {
  switch (ast.type) {
    case 'and': {
      const of = ast.of.map((part) => compile(part, options))
      return (entry) => of.every((part) => part(entry))
    }
    case 'or': {
      const of = ast.of.map((part) => compile(part, options))
      return (entry) => of.some((part) => part(entry))
    }
    case 'not': {
      const of = compile(ast.of, options)
      return (entry) => !of(entry)
    }
    case 'words':
      return compileWords(ast)
    case 'text':
      return compileText(ast, options)
    case 'enum':
      return compileEnum(ast)
    case 'number': {
      const test = numberTest(ast.test)
      return (entry) => test(entry.risk)
    }
    case 'time':
      return compileTime(ast, options.now)
    case 'attribute': {
      const test = attributeTest(ast, options.regex)
      return (entry) => test(entry.attributes)
    }
    case 'has':
      return compileHas(ast)
  }
}

/** Tests one entry. To test many, call `compile` once. */
export function matches(ast: Ast, entry: Queryable, options: CompileOptions): boolean {
  return compile(ast, options)(entry)
}

/** The fields that words search, in addition to the payload. Short fields come first, because they often decide. */
export const WORD_FIELDS = ['sender', 'receiver', 'context'] as const

function compileWords({ value }: Words): Predicate {
  const test = textTest(value, 'part')
  const payload = payloadTest(value)
  return (entry) =>
    WORD_FIELDS.some((field) => {
      const text = entry[field]
      return text !== null && test(text)
    }) || payload(entry.payload)
}

/** Returns a test for payloads that contain the value. */
export function payloadTest(value: TextClause['value'], regex?: RegexCompiler): (payload: QueryablePayload) => boolean {
  if (value.type === 'exact') {
    const folded = foldCase(value.text)
    return (payload) => payloadContains(payload, folded)
  }
  const test = textTest(value, 'part', regex)
  return (payload) => payloadTexts(payload).some(test)
}

function compileText({ field, value }: TextClause, { regex }: CompileOptions): Predicate {
  switch (field) {
    case 'payload': {
      const test = payloadTest(value, regex)
      return (entry) => test(entry.payload)
    }
    case 'rule': {
      const test = textTest(value, 'whole', regex)
      return (entry) => entry.matches.some((match) => test(match.ruleId))
    }
    case 'title': {
      const test = textTest(value, 'part', regex)
      return (entry) => entry.matches.some((match) => test(match.title))
    }
    default: {
      const test = textTest(value, 'whole', regex)
      return (entry) => {
        const text = entry[field]
        return text !== null && test(text)
      }
    }
  }
}

/** The values of the field for which the clause holds, in the order of `FIELDS`. */
export function enumValues({ field, test }: EnumClause): readonly string[] {
  const values = FIELDS.find(({ name }) => name === field)?.values ?? []
  if (test.type === 'pattern') return values.filter(wildcard(test.pattern))
  const rank = numberTest({ ...test, value: values.indexOf(test.value) })
  return values.filter((_, index) => rank(index))
}

function compileEnum(clause: EnumClause): Predicate {
  const { field } = clause
  const wanted = new Set(enumValues(clause))
  if (field === 'level') return (entry) => entry.matches.some((match) => wanted.has(match.level))
  if (field === 'unjudged') return (entry) => wanted.has(String(entry.unjudged))
  if (field === 'undecided') return (entry) => wanted.has(String(entry.undecided.length > 0))
  return (entry) => {
    const value = entry[field]
    return value !== null && wanted.has(value)
  }
}

function compileTime({ field, test }: TimeClause, now: number): Predicate {
  const { from, before } = timeBounds(test, now)
  return (entry) => (from === null || entry[field] >= from) && (before === null || entry[field] < before)
}

function compileHas({ field, path }: Has): Predicate {
  if (field === 'rule') return (entry) => entry.matches.length > 0
  if (field === 'attributes') return (entry) => hasAttribute(entry.attributes, path)
  return (entry) => entry[field] !== null
}
