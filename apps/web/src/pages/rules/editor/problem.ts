import type { RuleProblem } from '@sentinelmesh/api'

export type Range = RuleProblem['range']

/** A problem of the draft, with a replacement that solves it if there is one. */
export interface EditorProblem extends RuleProblem {
  readonly fix: Fix | null
}

/** The problem depends on other rules of the organization, which only the server knows. */
export const dependsOnOtherRules = ({ code }: Pick<RuleProblem, 'code'>) =>
  code === 'unknown_rule' || code === 'filter_of_nothing'

export interface Fix {
  readonly range: Range
  readonly text: string
}
