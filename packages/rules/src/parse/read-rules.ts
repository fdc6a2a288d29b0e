import { splitDocuments, START, type DocumentText } from './documents.ts'
import { linkDocuments, type Draft } from './link.ts'
import type { Problem } from './problem.ts'
import { checkOwnModifiers } from './modifiers.ts'
import { hasError, readDocument, type ReadDocument } from './read-document.ts'
import { findingOf, type Finding, type ReadOptions } from './reading.ts'
import { RuleError } from './rule-error.ts'
import type { Correlation, Filter, Rule } from './rule.ts'
import type { TreeMap } from './yaml-nodes.ts'
import { atOnce, inTurns, type Steps, type Turn } from '../turns.ts'

/** A file of rules, or what stands for one. */
export interface Source {
  /** As problems shall name it. */
  readonly file: string | null
  /** YAML: one document or more, with `---` between them. */
  readonly text: string
}

/** All that could be read, and what was wrong with the rest. */
export interface RuleLibrary {
  /** In the order of the sources. */
  readonly rules: readonly Rule[]
  readonly correlations: readonly Correlation[]
  readonly filters: readonly Filter[]
  /** How many documents there were, those that were refused included. */
  readonly documents: number
  /** In the order of the sources. */
  readonly problems: readonly Problem[]
}

/**
 * Reads rules, correlations and filters. Never throws for what stands in a source: a document that is wrong becomes
 * problems, and the others load. Names and ids are one look-up over all sources, in whatever order they come; of two
 * documents that share one, the first is kept.
 */
export function readRules(sources: readonly Source[], options: ReadOptions = {}): RuleLibrary {
  return atOnce(reading(sources, options))
}

/** The same; `turn` is awaited after each document. */
export function readRulesInTurns(
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
  const loaded = drafts.filter(isSound).map(({ content }) => content)
  return {
    rules: loaded.filter((content) => content?.kind === 'rule'),
    correlations: loaded.filter((content) => content?.kind === 'correlation'),
    filters: loaded.filter((content) => content?.kind === 'filter'),
    documents: drafts.length,
    problems: inOrder(problems, sources),
  }
}

export const isSound = ({ content, reading }: Draft) => content !== null && !hasError(reading.findings)

/**
 * Every document by itself; and the sources that could not be cut into documents. `inspect` sees each with its whole
 * tree; afterwards only what linking needs of it is kept, which is most of the memory of a large corpus.
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

/** `faults`: what is wrong with what a document says of itself is a warning while running, an error to lint. */
export function problemsOf({ file, content, reading }: Draft, faults: Problem['severity']): Problem[] {
  return reading.findings.map((finding) => toProblem(finding, file, content?.id ?? null, faults))
}

function toProblem(finding: Finding, file: string | null, ruleId: string | null, faults: Problem['severity']): Problem {
  const { code, range, path, message, mend, severity } = finding
  return { file, range, path, code, severity: severity === 'fault' ? faults : severity, message, mend, ruleId }
}

/** By source, then by line. */
export function inOrder(problems: readonly Problem[], sources: readonly Source[]): Problem[] {
  const order = new Map(sources.map(({ file }, index) => [file, index]))
  const rank = ({ file }: Problem) => order.get(file) ?? 0
  return problems.toSorted(
    (a, b) => rank(a) - rank(b) || a.range.line - b.range.line || a.range.column - b.range.column,
  )
}
