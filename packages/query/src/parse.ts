import type { Ast } from './ast.ts'
import { ClauseProblem, readClause } from './clause.ts'
import { QUERY_LIMITS } from './limits.ts'
import { QueryError, type Problem } from './problem.ts'
import type { RegexCompiler } from './text-test.ts'
import { tokenize, type Mark, type Token } from './token.ts'

export interface ParseOptions {
  /** If given, regular expressions are compiled to validate them. A page leaves that to the server. */
  readonly regex?: RegexCompiler
}

export interface Parsed {
  /** The query. If there are problems, the parts that could be read: enough for chips, but not for a search. */
  readonly ast: Ast
  /** In the order of the text; empty if the query is valid. */
  readonly problems: readonly Problem[]
}

/** Parses a query to its end even if it has problems. Never throws. Lone surrogates are read as U+FFFD. */
export function parse(text: string, options: ParseOptions = {}): Parsed {
  if (text.length > QUERY_LIMITS.chars) {
    const message = `A query has at most ${QUERY_LIMITS.chars} characters.`
    return { ast: everything(text.length), problems: [{ start: QUERY_LIMITS.chars, end: text.length, message }] }
  }
  // Replaces one unit by one, so that offsets stay valid. Stored text has no lone surrogates either.
  const { tokens, problems } = tokenize(text.replace(LONE_SURROGATE, '\uFFFD'))
  const ast = parseTokens(tokens, text.length, problems, options)
  return { ast, problems: problems.sort((a, b) => a.start - b.start).slice(0, QUERY_LIMITS.problems) }
}

/** Like `parse`, but throws `QueryError` if there are problems. */
export function parseStrict(text: string, options: ParseOptions = {}): Ast {
  const { ast, problems } = parse(text, options)
  if (problems.length > 0) throw new QueryError(problems)
  return ast
}

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

function everything(end: number): Ast {
  return { type: 'and', of: [], start: 0, end }
}

function beginsClause(token: Token | undefined): token is Token {
  return token !== undefined && (token.type === 'term' || token.type === 'open' || token.type === 'not')
}

/** Precedence from lowest to highest: `or`, `and` (which needs no word), and a minus sign or NOT. */
function parseTokens(tokens: readonly Token[], end: number, problems: Problem[], options: ParseOptions): Ast {
  let next = 0
  let clauses = 0
  let regexes = 0

  const stop = (token: Token, message: string) => {
    problems.push({ start: token.start, end: token.end, message })
    next = tokens.length
  }

  const chain = (type: 'and' | 'or', of: readonly Ast[]): Ast | undefined => {
    const [first] = of
    const last = of.at(-1)
    if (first === undefined || last === undefined || of.length === 1) return first
    return { type, of, start: first.start, end: last.end }
  }

  const readOr = (depth: number): Ast | undefined => {
    const of: Ast[] = []
    let or: Mark | undefined
    for (;;) {
      const { ast, empty } = readAnd(depth)
      if (ast !== undefined) of.push(ast)
      const token = tokens[next]
      if (token?.type !== 'or') {
        if (or !== undefined && empty) complain(or)
        return chain('or', of)
      }
      if (empty) complain(token)
      or = token
      next++
    }
  }

  const complain = ({ start, end }: Mark) => {
    // A lone OR lacks both sides, but that is reported only once.
    if (problems.at(-1)?.start === start) return
    const message = 'OR stands between two clauses. To search for the word, put it in quotation marks.'
    problems.push({ start, end, message, proposal: '"OR"' })
  }

  /** `empty` means that there was no text. A side with a problem of its own is not missing. */
  const readAnd = (depth: number): { readonly ast: Ast | undefined; readonly empty: boolean } => {
    const of: Ast[] = []
    const first = next
    for (;;) {
      const token = tokens[next]
      if (token === undefined || token.type === 'or' || (token.type === 'close' && depth > 0))
        return { ast: chain('and', of), empty: next === first }
      if (token.type === 'and') {
        if (next === first || !beginsClause(tokens[next + 1])) {
          const { start, end } = token
          const message = 'AND stands between two clauses. To search for the word, put it in quotation marks.'
          problems.push({ start, end, message, proposal: '"AND"' })
        }
        next++
        continue
      }
      const unary = readUnary(token, depth)
      if (unary !== undefined) of.push(unary)
    }
  }

  const readUnary = (token: Token, depth: number): Ast | undefined => {
    if (depth >= QUERY_LIMITS.nesting && (token.type === 'open' || token.type === 'not')) {
      stop(token, `A query has at most ${QUERY_LIMITS.nesting} parentheses and minus signs within each other.`)
      return undefined
    }
    next++
    switch (token.type) {
      case 'not': {
        const inner = tokens[next]
        if (!beginsClause(inner)) {
          problems.push({ start: token.start, end: token.end, message: 'What is excluded is missing here.' })
          return undefined
        }
        const of = readUnary(inner, depth + 1)
        return of && { type: 'not', of, start: token.start, end: of.end }
      }
      case 'open':
        return readGroup(token, depth)
      case 'term':
        return readTerm(token)
      case 'close':
        problems.push({ start: token.start, end: token.end, message: 'This parenthesis closes nothing.', proposal: '' })
        return undefined
      case 'and':
      case 'or':
        return undefined
    }
  }

  const readGroup = (open: Mark, depth: number): Ast | undefined => {
    const found = problems.length
    const inner = readOr(depth + 1)
    const close = tokens[next]
    if (close?.type !== 'close') {
      if (problems.length === found) {
        const message = 'This parenthesis is not closed. To search for it, put the text in quotation marks.'
        problems.push({ start: open.start, end: open.end, message })
      }
      return inner
    }
    next++
    if (inner === undefined && problems.length === found)
      problems.push({
        start: open.start,
        end: close.end,
        message: 'There is nothing in these parentheses.',
        proposal: '',
      })
    return inner && { ...inner, start: open.start, end: close.end }
  }

  const readTerm = (token: Token & { type: 'term' }): Ast | undefined => {
    if (++clauses > QUERY_LIMITS.clauses) {
      stop(token, `A query has at most ${QUERY_LIMITS.clauses} clauses.`)
      return undefined
    }
    try {
      const clause = readClause(token)
      const test = 'value' in clause ? clause.value : clause.type === 'attribute' ? clause.test : undefined
      if (test?.type === 'regex') {
        if (++regexes > QUERY_LIMITS.regexes) {
          stop(token, `A query has at most ${QUERY_LIMITS.regexes} regular expressions.`)
          return undefined
        }
        const compiled = options.regex?.(test.source, test.flags)
        if (compiled !== undefined && 'problem' in compiled) {
          const { start, end } = token.value
          problems.push({ start, end, message: compiled.problem })
          return undefined
        }
      }
      return clause
    } catch (error) {
      if (!(error instanceof ClauseProblem)) throw error
      problems.push(error.problem)
      return undefined
    }
  }

  return readOr(0) ?? everything(end)
}
