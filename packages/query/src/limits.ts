/** The limits of this package. The problem that a limit causes mentions its value. */
export const QUERY_LIMITS = {
  /** UTF-16 units in one query, as in the API contract for `q`. */
  chars: 2_000,
  /** Nesting of parentheses and minus signs. The parser and the printer recurse once for each. */
  nesting: 32,
  /** Clauses in one query. SQLite rejects expressions deeper than 1,000, and each `and` in a chain adds a level. */
  clauses: 200,
  /** Regular expressions in one query, each of which may read every payload. */
  regexes: 8,
  /** Problems reported at once. People fix the first few, and the rest often follow from them. */
  problems: 10,
} as const
