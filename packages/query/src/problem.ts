import type { Range } from './ast.ts'

/** What is wrong in a query, and where: a page underlines `start` to `end` and offers `proposal` in its place. */
export interface Problem extends Range {
  readonly message: string
  readonly proposal?: string
}

export class QueryError extends Error {
  override readonly name = 'QueryError'
  constructor(readonly problems: readonly Problem[]) {
    super(problems[0]?.message ?? 'The search text cannot be read.')
  }
}
