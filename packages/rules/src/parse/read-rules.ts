import { splitDocuments, START, type DocumentText } from './yaml/documents.ts'
import { linkDocuments, type Draft } from './link.ts'
import type { Problem } from './problem.ts'
import { checkOwnModifiers } from './values/modifiers.ts'
import { hasError, readDocument, type ReadDocument } from './read-document.ts'
import { findingOf, type Finding, type ReadOptions } from './reading.ts'
import { RuleError } from './rule-error.ts'
import type { Correlation, Filter, Rule } from './rule.ts'
import type { TreeMap } from './yaml/yaml-nodes.ts'
import { atOnce, inTurns, type Steps, type Turn } from '../turns.ts'

/** A file of rules, or a text in its place. */
export interface Source {
  /** The name that problems report. */
  readonly file: string | null
  /** YAML: one or more documents, separated by `---`. */
  readonly text: string
}

/** The documents that could be read, and the problems of all of them. */
export interface RuleLibrary {
  /** In the order of the sources. */
  readonly rules: readonly Rule[]
  readonly correlations: readonly Correlation[]
  readonly filters: readonly Filter[]
  /** The number of documents, including those that were refused. */
  readonly documents: number
  /** In the order of the sources. */
  readonly problems: readonly Problem[]
}

/**
 * Reads rules, correlations and filters. Never throws because of a source's content: an invalid document is reported as
 * problems, and the others load. References resolve by name or id across all sources, regardless of order. If two
 * documents share a name or id, the first is kept.
 */
export function readRules(sources: readonly Source[], options: ReadOptions = {}): RuleLibrary {
  return atOnce(reading(sources, options))
}

/** Like `readRules`, but awaits `turn` after each document. */
export function readRulesInSteps(
  sources: readonly Source[],
  turn: Turn,
  options: ReadOptions = {},
): Promise<RuleLibrary> {
  return inTurns(reading(sources, options), turn)
}

function* reading(sources: readonly Source[], options: ReadOptions): Steps<RuleLibrary> {
  const { drafts, broken } = yield* draftsOf(sources, options)
  linkDocuments(drafts)
  const problems = [...broken, ...drafts.flatMap((draft) => problemsOf(draft, 'warning'))]
  const loaded = drafts.filter(isUsable).map(({ content }) => content)
  return {
    rules: loaded.filter((content) => content?.kind === 'rule'),
    correlations: loaded.filter((content) => content?.kind === 'correlation'),
    filters: loaded.filter((content) => content?.kind === 'filter'),
    documents: drafts.length,
    problems: inOrder(problems, sources),
  }
}

export const isUsable = ({ content, reading }: Draft) => content !== null && !hasError(reading.findings)

/**
 * Parses each document, and reports the sources that could not be split into documents. `inspect` receives each
 * document with its whole tree. Afterwards only what linking needs is retained: trees are most of the memory of a large
 * corpus.
 */
export function* draftsOf(
  sources: readonly Source[],
  options: ReadOptions,
  inspect: (document: ReadDocument) => void = () => {},
): Steps<{ readonly drafts: readonly Draft[]; readonly broken: readonly Problem[] }> {
  checkOwnModifiers(options.modifiers)
  const drafts: Draft[] = []
  const broken: Problem[] = []
  for (const { file, text } of sources) {
    const documents = documentsOf(text)
    if (documents instanceof RuleError) broken.push(toProblem(findingOf(documents), file, null, 'warning'))
    else
      for (const document of documents) {
        const read = readDocument(document, options)
        inspect(read)
        drafts.push({ ...read, file, root: read.root && outline(read.root) })
        yield
      }
  }
  return { drafts, broken }
}

const LINKED_KEYS = new Set(['id', 'name', 'logsource', 'correlation', 'filter'])

function outline(root: TreeMap): TreeMap {
  const [first] = root.entries
  return { ...root, entries: root.entries.filter((entry) => entry === first || LINKED_KEYS.has(entry.key)) }
}

function documentsOf(text: string): readonly DocumentText[] | RuleError {
  try {
    const documents = splitDocuments(text)
    return documents.length > 0 ? documents : new RuleError('not_a_map', START, 'There is no rule in this file.')
  } catch (error) {
    if (error instanceof RuleError) return error
    throw error
  }
}

/** `faults` is the severity of metadata faults: a warning when rules are loaded, an error for lint. */
export function problemsOf({ file, content, reading }: Draft, faults: Problem['severity']): Problem[] {
  return reading.findings.map((finding) => toProblem(finding, file, content?.id ?? null, faults))
}

function toProblem(finding: Finding, file: string | null, ruleId: string | null, faults: Problem['severity']): Problem {
  const { code, range, path, message, mend, severity } = finding
  return { file, range, path, code, severity: severity === 'fault' ? faults : severity, message, mend, ruleId }
}

/** Sorts problems by source, then by line. */
export function inOrder(problems: readonly Problem[], sources: readonly Source[]): Problem[] {
  const order = new Map(sources.map(({ file }, index) => [file, index]))
  const rank = ({ file }: Problem) => order.get(file) ?? 0
  return problems.toSorted(
    (a, b) => rank(a) - rank(b) || a.range.line - b.range.line || a.range.column - b.range.column,
  )
}
