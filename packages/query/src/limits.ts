/** What this package bounds. Each reaches the reader by its value, in the problem that it causes. */
export const QUERY_LIMITS = {
  /** UTF-16 units of one query: what the contract takes as `q`. */
  chars: 2_000,
  /** Parentheses and minus signs within each other; the reader and the printer call themselves once for each. */
  nesting: 32,
  /** Clauses of one query. SQLite refuses expressions deeper than 1,000, and a chain of `and` is as deep as it is long. */
  clauses: 200,
  /** Regular expressions of one query: each may read every payload. */
  regexes: 8,
  /** Problems told at once: a person repairs the first few, and the rest often follow from them. */
  problems: 10,
} as const
