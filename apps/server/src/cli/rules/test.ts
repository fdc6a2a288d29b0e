import { existsSync, statSync } from 'node:fs'
import { describeCorrelation, describeExplanation } from '@sentinelmesh/rules'
import {
  runRuleTests,
  type CaseFailure,
  type RuleTest,
  type RuleTestReport,
  type SelectionCoverage,
  type SequenceTest,
} from '@sentinelmesh/rules/rule-tests'
import { CommandFailed } from '@sentinelmesh/command-line/command-failed'
import { printJson, visible } from '@sentinelmesh/command-line/print'
import { unreadableProblem } from './lint.ts'
import { LIMITS } from './limits.ts'
import { paint } from './paint.ts'
import { counted, printProblem, type ShownProblem } from './print-problem.ts'
import { readOptions, type ReadFlags } from './read-options.ts'
import { ruleFilesAt, type RuleFile } from './rule-files.ts'

interface Options extends ReadFlags {
  readonly json?: boolean
}

/** Runs the cases of each rule. The exit code is 1 if a case fails, or if rules or cases cannot be read. */
export function test(paths: readonly string[], options: Options): void {
  const { rules: sources, cases, unreadable } = ruleFilesAt(paths.flatMap(withNeighbour))
  if (cases.length === 0)
    throw new CommandFailed(
      `There are no files *.cases.yml in ${paths.join(', ')}: a rule's events stand beside it.`,
      2,
    )
  const report = runRuleTests(
    sources,
    cases.map((one) => ({ ...one, beside: besideOf(one, sources) })),
    readOptions(options),
  )
  const problems = [
    ...unreadable.map(unreadableProblem),
    ...report.problems.filter(({ severity }) => severity === 'error'),
    ...report.faults.map(faultProblem),
  ]
  const failures =
    report.rules.reduce((sum, one) => sum + one.failures.length, 0) + report.sequences.filter(sequenceFailed).length
  if (options.json) printJson(jsonOf(report, problems, failures))
  else print(report, problems, failures, new Map([...sources, ...cases].map(({ file, text }) => [file, text])))
  if (failures > 0 || problems.length > 0) process.exitCode = 1
}

const CASES = /\.cases(\.ya?ml)$/i
const YAML = /(\.ya?ml)$/i

/** Adds the cases of a rule that is named alone, and the rule of cases that are named alone. */
function withNeighbour(path: string): readonly string[] {
  if (!YAML.test(path) || !existsSync(path) || statSync(path).isDirectory()) return [path]
  const stem = path.replace(CASES.test(path) ? CASES : YAML, '')
  const endings = CASES.test(path) ? ['.yml', '.yaml'] : ['.cases.yml', '.cases.yaml']
  return [path, ...endings.map((ending) => stem + ending).filter((one) => existsSync(one))]
}

function besideOf({ file }: RuleFile, sources: readonly RuleFile[]): string {
  const stem = file.replace(CASES, '')
  return sources.find((source) => source.file.replace(YAML, '') === stem)?.file ?? `${stem}.yml`
}

const sequenceFailed = ({ missing, unwanted }: SequenceTest) => missing.length + unwanted.length > 0

function faultProblem({ file, range, message }: RuleTestReport['faults'][number]): ShownProblem {
  return { file, range, severity: 'error', code: 'bad_cases', message, mend: null }
}

function print(
  report: RuleTestReport,
  problems: readonly ShownProblem[],
  failures: number,
  texts: ReadonlyMap<string, string>,
): void {
  const write = (line: string) => process.stdout.write(`${line}\n`)
  for (const problem of problems) printProblem(problem, texts.get(problem.file ?? '') ?? null)
  for (const one of report.rules) {
    write(ruleLine(one))
    for (const failure of one.failures) write(failureText(failure, one.file))
    for (const line of one.coverage.flatMap(missedLines)) write(`    ${line}`)
  }
  for (const one of report.sequences) write(sequenceText(one))
  for (const { id, title } of report.untested)
    write(`${paint('yellow', '-')} ${visible(id)} ${visible(title)}: no cases`)
  const events = report.rules.reduce((sum, one) => sum + one.events, 0)
  const { held, alternatives } = totals(report.rules.flatMap(({ coverage }) => coverage))
  const share = alternatives === 0 ? 100 : Math.floor((held / alternatives) * 100)
  write(
    `\n${counted(report.rules.length, 'rule')}, ${counted(events, 'event')}, ${counted(report.sequences.length, 'sequence')}: ` +
      paint(failures > 0 ? 'red' : 'green', counted(failures, 'failure')) +
      `${problems.length > 0 ? `, ${counted(problems.length, 'error')}` : ''}; ` +
      `${held} of ${counted(alternatives, 'alternative')} held (${share} %)` +
      (report.untested.length > 0 ? `; ${report.untested.length} without cases` : ''),
  )
}

function totals(coverage: readonly SelectionCoverage[]): { readonly held: number; readonly alternatives: number } {
  return coverage.reduce(
    (sum, { alternatives, missed }) => ({
      held: sum.held + alternatives - missed.length,
      alternatives: sum.alternatives + alternatives,
    }),
    { held: 0, alternatives: 0 },
  )
}

function ruleLine({ rule, events, failures, coverage }: RuleTest): string {
  const sign = failures.length === 0 ? paint('green', '✓') : paint('red', '✗')
  const { held, alternatives } = totals(coverage)
  const failed = failures.length === 0 ? '' : `, ${counted(failures.length, 'failure')}`
  return `${sign} ${visible(rule.id)} ${visible(rule.title)}: ${counted(events, 'event')}${failed}, ${held} of ${alternatives} alternatives held`
}

/** The expected and the actual result, and the explanation. */
function failureText({ wanted, range, event, explanation }: CaseFailure, file: string): string {
  const must = wanted === 'match'
  const got =
    explanation.held && explanation.filteredBy !== null
      ? `a match that the filter ${explanation.filteredBy} holds back`
      : explanation.held
        ? 'a match'
        : 'no match'
  const shown = event.type === 'entry' ? entryText(event.entry) : event.text
  return [
    `    ${paint('bold', `${visible(file)}:${range.line}:${range.column}`)} ${cut(visible(shown))}`,
    `    ${paint('green', `- wanted: ${must ? 'a match' : 'no match'}`)}`,
    `    ${paint('red', `+ got: ${visible(got)}`)}`,
    ...describeExplanation(explanation)
      .split('\n')
      .map((line) => `      ${line}`),
  ].join('\n')
}

/** Shows the fields that the case sets, not all fields of an entry. */
function entryText({ kind, payload, attributes }: Extract<CaseFailure['event'], { type: 'entry' }>['entry']): string {
  return `${kind} ${payload.text}${attributes === null ? '' : ` ${attributes}`}`
}

function cut(text: string): string {
  return text.length <= LIMITS.shownChars ? text : `${text.slice(0, LIMITS.shownChars)}…`
}

/** Alternatives to list for a selection. `--json` lists all. */
const LISTED = 3

function missedLines({ name, polarity, held, alternatives, missed }: SelectionCoverage): readonly string[] {
  if (missed.length === 0) return []
  const kind = polarity === 'excluded' ? 'must-not event' : polarity === 'wanted' ? 'must event' : 'event'
  if (!held) return [paint('yellow', `${visible(name)}: no ${kind} makes it hold`)]
  const texts = missed.slice(0, LISTED).map(({ field, modifiers, pattern }) => {
    const of = [field ?? 'keyword', ...modifiers].join('|')
    return visible(`${of} '${pattern.length > 40 ? `${pattern.slice(0, 39)}…` : pattern}'`)
  })
  const more = missed.length > LISTED ? ` and ${missed.length - LISTED} more` : ''
  return [
    paint('dim', `${visible(name)}: no ${kind} for ${missed.length} of ${alternatives}: ${texts.join(', ')}${more}`),
  ]
}

function sequenceText({ file, range, events, missing, unwanted }: RuleTestReport['sequences'][number]): string {
  const failed = missing.length + unwanted.length > 0
  const lines = [
    `${failed ? paint('red', '✗') : paint('green', '✓')} ${visible(file)}:${range.line}:${range.column} sequence of ${counted(events, 'event')}`,
    ...missing.map(
      ({ rule, event, group, range: at }) =>
        `    ${paint('green', `- wanted: ${visible(rule ?? 'a correlation')} at event ${event + 1}${visible(groupText(group))}`)} (line ${at.line})`,
    ),
    ...unwanted.map(
      ({ match, event, range: at }) =>
        `    ${paint('red', `+ got: ${visible(match.correlationId)} at event ${event + 1}${visible(groupText(match.group))}`)} ` +
        `(line ${at.line}) ${visible(describeCorrelation(match))}`,
    ),
  ]
  return lines.join('\n')
}

function groupText(group: ReadonlyMap<string, string> | null): string {
  return group === null || group.size === 0 ? '' : `, ${[...group].map(([name, text]) => `${name}=${text}`).join(', ')}`
}

function jsonOf(report: RuleTestReport, problems: readonly ShownProblem[], failures: number) {
  return {
    failures,
    problems,
    rules: report.rules.map(({ rule, file, events, failures: failed, coverage }) => {
      return { id: rule.id, title: rule.title, file, events, failures: failed, coverage }
    }),
    sequences: report.sequences.map(({ file, range, events, missing, unwanted }) => ({
      file,
      range,
      events,
      missing: missing.map(({ group, ...rest }) => ({
        ...rest,
        group: group === null ? null : Object.fromEntries(group),
      })),
      unwanted: unwanted.map(({ match, event, range: at }) => ({
        rule: match.correlationId,
        event,
        range: at,
        group: Object.fromEntries(match.group),
        reason: describeCorrelation(match),
      })),
    })),
    untested: report.untested.map(({ id, title, kind }) => ({ id, title, kind })),
  }
}
