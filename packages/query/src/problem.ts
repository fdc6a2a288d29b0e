import type { Range } from './ast.ts'

/** An error in a query. A page underlines `start` to `end` and offers `proposal` as a replacement. */
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
