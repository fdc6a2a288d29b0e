import type { RuleProblem } from '@sentinelmesh/api'

export type Range = RuleProblem['range']

/** A problem of the text that is being written, and the replacement that ends it, where there is one. */
export interface EditorProblem extends RuleProblem {
  readonly fix: Fix | null
}

/** Depends on the other rules of the organization, which only the server knows. */
export const namesOthers = ({ code }: Pick<RuleProblem, 'code'>) =>
  code === 'unknown_rule' || code === 'filter_of_nothing'

export interface Fix {
  readonly range: Range
  readonly text: string
}
