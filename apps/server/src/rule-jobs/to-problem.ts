import type { RuleProblem } from '@sentinelmesh/api'
import type { Problem } from '@sentinelmesh/rules'

export function toProblem(problem: Problem): RuleProblem {
  const { file, range, path, code, severity, message, mend, ruleId } = problem
  const { line, column, endLine, endColumn } = range
  return { file, range: { line, column, endLine, endColumn }, path, code, severity, message, mend, ruleId }
}
