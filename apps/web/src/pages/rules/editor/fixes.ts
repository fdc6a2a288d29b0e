import type { RuleProblem } from '@sentinelmesh/api'
import type { EditorProblem, Fix, Range } from './problem.ts'

/** Each fix is tried on the whole text, so longer texts and further problems get none. */
const TRIED_CHARS = 20_000
const TRIED_PROBLEMS = 20

/**
 * Adds a fix to each problem whose hint says what to write, if writing exactly that solves the problem and causes no
 * other. Each fix is tried first.
 */
export function withFixes(
  text: string,
  problems: readonly RuleProblem[],
  lint: (text: string) => readonly RuleProblem[],
): EditorProblem[] {
  const lines = text.length > TRIED_CHARS ? null : text.split('\n')
  return problems.map((problem, at) => ({
    ...problem,
    fix: lines === null || at >= TRIED_PROBLEMS ? null : findFix(lines, problem, problems, lint),
  }))
}

const WRITE = /^Write (?:"([^\n]+)"|`([^\n]+)`|'([^\n]+)')\.?$/

function findFix(
  lines: readonly string[],
  problem: RuleProblem,
  before: readonly RuleProblem[],
  lint: (text: string) => readonly RuleProblem[],
): Fix | null {
  const [, ...quoted] = WRITE.exec(problem.mend ?? '') ?? []
  const proposal = quoted.find((each) => each !== undefined)
  if (proposal === undefined || problem.range.line !== problem.range.endLine) return null
  const wrong = (lines[problem.range.line - 1] ?? '').slice(problem.range.column - 1, problem.range.endColumn - 1)
  for (const written of rewritings(wrong, proposal)) {
    if (written === wrong) continue
    const after = lint(replaced(lines, problem.range, written))
    const helps = errors(after) <= errors(before) && after.length < before.length && !after.some(same(problem))
    if (helps) return { range: problem.range, text: written }
  }
  return null
}

/**
 * Replaces one part of the wrong text (`payload|containz`), or all of it, keeping its quotes. Text with several parts
 * is never replaced by text with one: the field would be lost, and the engine could not tell.
 */
function rewritings(wrong: string, proposal: string): readonly string[] {
  const parts = wrong.split('|')
  if (parts.length > 1 && !proposal.includes('|'))
    return parts.map((_, at) => parts.with(at, proposal).join('|')).toReversed()
  const quote = wrong.charAt(0)
  const quoted = wrong.length > 1 && (quote === '"' || quote === "'") && wrong.endsWith(quote)
  return quoted ? [quote + proposal + quote, proposal] : [proposal]
}

const errors = (problems: readonly RuleProblem[]) => problems.filter(({ severity }) => severity === 'error').length

const same =
  ({ code, message }: RuleProblem) =>
  (other: RuleProblem) =>
    other.code === code && other.message === message

function replaced(lines: readonly string[], { line, column, endColumn }: Range, text: string): string {
  const old = lines[line - 1] ?? ''
  return lines.with(line - 1, old.slice(0, column - 1) + text + old.slice(endColumn - 1)).join('\n')
}
