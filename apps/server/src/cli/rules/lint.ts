import { lintRules, readRules, type Problem } from '@sentinelmesh/rules'
import { printJson } from '@sentinelmesh/command-line/print'
import { counted, printProblem, type ShownProblem } from './print-problem.ts'
import { readOptions, type ReadFlags } from './read-options.ts'
import { ruleFilesAt, type Unreadable } from './rule-files.ts'

interface Options extends ReadFlags {
  readonly json?: boolean
  readonly strict?: boolean
  readonly agents?: boolean
}

/** Prints every problem of every document. The exit code is 1 on errors, and with `--strict` also on warnings. */
export function lint(paths: readonly string[], options: Options): void {
  const { rules: sources, unreadable } = ruleFilesAt(paths)
  const reading = readOptions(options)
  const { documents } = readRules(sources, reading)
  const problems = [
    ...unreadable.map(unreadableProblem),
    ...lintRules(sources, { ...reading, agents: options.agents === true }),
  ]
  const errors = problems.filter(({ severity }) => severity === 'error').length
  const summary = { files: sources.length, rules: documents, errors, warnings: problems.length - errors }
  if (options.json) printJson({ ...summary, problems })
  else {
    const texts = new Map(sources.map(({ file, text }) => [file, text]))
    for (const problem of problems) printProblem(problem, texts.get(problem.file ?? '') ?? null)
    process.stdout.write(
      `${counted(summary.rules, 'rule')}, ${counted(errors, 'error')}, ${counted(summary.warnings, 'warning')}\n`,
    )
  }
  if (errors > 0 || (options.strict === true && problems.length > 0)) process.exitCode = 1
}

export function unreadableProblem({ file, message }: Unreadable): ShownProblem & Pick<Problem, 'path' | 'ruleId'> {
  return {
    file,
    range: { line: 1, column: 1, endLine: 1, endColumn: 1 },
    path: '$',
    code: 'unreadable',
    severity: 'error',
    message,
    mend: null,
    ruleId: null,
  }
}
