import type { RuleProblem } from '@sentinelmesh/api'
import { lintRules, readRules } from '@sentinelmesh/rules'
import type { EditorProblem } from './problem.ts'
import { withFixes } from './fixes.ts'

/**
 * All problems that the rule engine finds. An error prevents the rule from being used. A problem that only the Sigma
 * repository would refuse is a warning, as it is when the rule is saved.
 */
export function checkText(text: string): EditorProblem[] {
  return withFixes(text, lint(text), lint)
}

function lint(text: string): RuleProblem[] {
  const sources = [{ file: null, text }]
  const blocking = new Set(
    readRules(sources)
      .problems.filter(({ severity }) => severity === 'error')
      .map(keyOf),
  )
  return lintRules(sources, { agents: true }).map((problem) =>
    problem.severity === 'error' && !blocking.has(keyOf(problem)) ? { ...problem, severity: 'warning' } : problem,
  )
}

const keyOf = ({ code, path, range, message }: Pick<RuleProblem, 'code' | 'path' | 'range' | 'message'>) =>
  JSON.stringify([code, path, range.line, range.column, message])
