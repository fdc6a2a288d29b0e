import type { RuleProblem } from '@sentinelmesh/api'

export type Range = RuleProblem['range']

/** A problem of the text that is being written, and the replacement that ends it, where there is one. */
export interface EditorProblem extends RuleProblem {
  readonly fix: Fix | null
}

export interface Fix {
  readonly range: Range
  readonly text: string
}
