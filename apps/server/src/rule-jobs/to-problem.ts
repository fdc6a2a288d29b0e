import type { RuleProblem } from '@sentinelmesh/api'
import { LIMITS } from '@sentinelmesh/api/constants'
import type { Problem } from '@sentinelmesh/rules'

/** Cuts the texts of a problem to `problemChars`, because it may quote long parts of the document. */
export function toProblem(problem: Problem): RuleProblem {
  const { file, range, path, code, severity, message, mend, ruleId } = problem
  const { line, column, endLine, endColumn } = range
  return {
    file,
    range: { line, column, endLine, endColumn },
    path: cut(path),
    code,
    severity,
    message: cut(message),
    mend: mend === null ? null : cut(mend),
    ruleId: ruleId === null ? null : cut(ruleId),
  }
}

function cut(text: string): string {
  const { problemChars: most } = LIMITS
  return text.length <= most ? text : `${text.slice(0, most).toWellFormed()}…`
}
