import { START } from '../parse/yaml/documents.ts'
import { linkDocuments, type Draft } from '../parse/link.ts'
import type { Problem } from '../parse/problem.ts'
import { draftsOf, inOrder, isUsable, problemsOf, type Source } from '../parse/read-rules.ts'
import type { ReadOptions } from '../parse/reading.ts'
import type { Correlation, Filter, Rule, RuleDocument } from '../parse/rule.ts'
import type { SourceRange } from '../parse/rule-error.ts'
import type { Cases, SequenceCase } from './cases.ts'
import { CasesError, parseCases } from './parse-cases.ts'
import { runCases, type RuleTest } from './run-cases.ts'
import { sequenceRunner, type SequenceTest } from './run-sequence.ts'
import { atOnce } from '../turns.ts'

/** A file of cases; `beside` is the file of rules that it tests. */
export interface CasesSource {
  readonly file: string
  readonly text: string
  readonly beside: string
}

export interface RuleTestReport {
  /** One result per rule with cases, in the order of the files of cases. */
  readonly rules: readonly (RuleTest & { readonly file: string })[]
  readonly sequences: readonly (SequenceTest & { readonly file: string })[]
  /** Rules and correlations without a case. */
  readonly untested: readonly (Rule | Correlation)[]
  /** Errors and warnings in the rules. */
  readonly problems: readonly Problem[]
  /** Errors in files of cases; the valid files still run. */
  readonly faults: readonly CasesFault[]
}

export interface CasesFault {
  readonly file: string
  readonly range: SourceRange
  readonly message: string
}

/**
 * Runs the cases of rules and correlations. A rule runs with the filters in the tested file; correlations can refer to
 * rules of any source. Never throws because of a source's content.
 */
export function runRuleTests(
  sources: readonly Source[],
  cases: readonly CasesSource[],
  options: ReadOptions = {},
): RuleTestReport {
  const library = readLibrary(sources, options)
  const faults: CasesFault[] = []
  const rules: (RuleTest & { readonly file: string })[] = []
  const sequences: (SequenceTest & { readonly file: string })[] = []
  const tested = new Set<RuleDocument>()
  for (const { file, text, beside } of cases) {
    const fault = (range: SourceRange, message: string) => void faults.push({ file, range, message })
    const read = readCases(text, fault)
    if (read === null) continue
    const here = library.in(beside)
    for (const one of read.rules) {
      const rule = one.rule === null ? onlyOne(here.rules, 'rule') : library.rule(one.rule)
      if (typeof rule === 'string') fault(one.range, rule)
      else {
        tested.add(rule)
        rules.push({ file, ...runCases(rule, one, here.filters) })
      }
    }
    if (read.sequences.length === 0) continue
    if (here.correlations.length === 0) fault(read.sequences[0]?.range ?? START, `${beside} has no correlation.`)
    else {
      for (const correlation of here.correlations) tested.add(correlation)
      for (const test of runSequences(read.sequences, here, library)) sequences.push({ file, ...test })
    }
  }
  return {
    rules,
    sequences,
    untested: library.all.filter((one) => !tested.has(one)),
    problems: library.problems,
    faults,
  }
}

function readCases(text: string, fault: (range: SourceRange, message: string) => void): Cases | null {
  try {
    return parseCases(text)
  } catch (error) {
    if (!(error instanceof CasesError)) throw error
    fault(error.range, error.message)
    return null
  }
}

/** All usable documents, by file and by name. */
interface Library {
  readonly all: readonly (Rule | Correlation)[]
  readonly problems: readonly Problem[]
  in(file: string): {
    readonly rules: readonly Rule[]
    readonly correlations: readonly Correlation[]
    readonly filters: readonly Filter[]
  }
  /** The rule by id or name, or an error message. */
  rule(name: string): Rule | string
  named(name: string): RuleDocument | undefined
}

function readLibrary(sources: readonly Source[], options: ReadOptions): Library {
  const { drafts, broken } = atOnce(draftsOf(sources, options))
  linkDocuments(drafts)
  const byFile = new Map<string | null, RuleDocument[]>()
  const byName = new Map<string, RuleDocument>()
  const all: RuleDocument[] = []
  for (const draft of drafts) {
    const { content, file } = draft
    if (content === null || !isUsable(draft)) continue
    all.push(content)
    byFile.set(file, [...(byFile.get(file) ?? []), content])
    byName.set(content.id, content)
    if (content.name !== null) byName.set(content.name, content)
  }
  return {
    all: all.filter((one) => one.kind !== 'filter'),
    problems: inOrder([...broken, ...drafts.flatMap((draft: Draft) => problemsOf(draft, 'warning'))], sources),
    in(file) {
      const here = byFile.get(file) ?? []
      return {
        rules: here.filter((one) => one.kind === 'rule'),
        correlations: here.filter((one) => one.kind === 'correlation'),
        filters: here.filter((one) => one.kind === 'filter'),
      }
    },
    rule(name) {
      const found = byName.get(name)
      if (found?.kind === 'rule') return found
      return found === undefined
        ? `There is no rule ${JSON.stringify(name)} that loads.`
        : `${JSON.stringify(name)} is a ${found.kind}; its cases are sequences.`
    },
    named: (name) => byName.get(name),
  }
}

function onlyOne(rules: readonly Rule[], what: string): Rule | string {
  const [only, another] = rules
  if (only === undefined) return `The file beside these cases has no ${what} that loads.`
  return another === undefined ? only : `The file beside these cases has several rules: name each under "rules".`
}

function runSequences(
  sequences: readonly SequenceCase[],
  here: ReturnType<Library['in']>,
  library: Library,
): readonly SequenceTest[] {
  const needed = new Set<RuleDocument>(here.correlations)
  // Iterating over a set includes elements added meanwhile, so this also finds indirect references.
  for (const one of needed) {
    for (const name of one.kind === 'correlation' ? one.rules : []) {
      const found = library.named(name)
      if (found !== undefined) needed.add(found)
    }
  }
  const run = sequenceRunner({
    rules: [...needed].filter((one) => one.kind === 'rule'),
    correlations: [...needed].filter((one) => one.kind === 'correlation'),
    filters: here.filters,
    compared: new Set(here.correlations.map(({ id }) => id)),
  })
  return sequences.map(run)
}
