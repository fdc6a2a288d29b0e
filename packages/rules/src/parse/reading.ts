import { LIMITS } from '../limits.ts'
import type { DocumentText } from './documents.ts'
import type { WarningCode } from './problem.ts'
import { RuleError, type RuleErrorCode, type SourceRange } from './rule-error.ts'
import type { CustomTest } from './rule.ts'
import type { Pipeline } from './transformation.ts'
import type { Span, TreeMap } from './yaml-nodes.ts'

/** What a program adds to the format. A document can bring none of it. */
export interface ReadOptions {
  /** Values for `expand`, by the name between the percent signs. */
  readonly placeholders?: ReadonlyMap<string, readonly string[]>
  readonly modifiers?: readonly CustomModifier[]
  /** Ids of evaluators in code: correlations may refer to them as to rules. */
  readonly evaluators?: readonly string[]
  /** Field names and log sources of another world, mapped to those of the entries. */
  readonly pipeline?: Pipeline | null
}

/**
 * A modifier of a program's own: `field|name: value`. It stands alone, beside `all`, `neq` and `expand`. `compile` gets
 * each value as text once, when the rule is read, and gives what is asked of each text of the field; what it throws
 * becomes a `modifier_value` problem with the error's message.
 */
export interface CustomModifier {
  readonly name: string
  compile(value: string): CustomTest
}

/** `fault`: of what a document says of itself. Such a document is used all the same; lint calls it an error. */
export type Finding = {
  readonly range: SourceRange
  readonly path: string
  readonly message: string
  readonly mend: string | null
} & (
  | { readonly severity: 'error' | 'fault'; readonly code: RuleErrorCode }
  | { readonly severity: 'warning'; readonly code: WarningCode }
)

/** Where a part of a document is, and how its path is written. */
export interface Part {
  readonly span: Span
  readonly path: string
}

/** The reading of one document, and what was found wrong with it so far. */
export interface Reading {
  readonly options: ReadOptions
  readonly findings: readonly Finding[]
  /** What came from the options and not from the document. It counts for the document's hash. */
  readonly applied: string[]
  range(span: Span): SourceRange
  /** The YAML as it is written there. */
  source(span: Span): string
  /** For the reader to throw. */
  error(code: RuleErrorCode, part: Part, message: string, mend?: string | null): RuleError
  fault(code: RuleErrorCode, part: Part, message: string, mend?: string | null): void
  warn(code: WarningCode, part: Part, message: string, mend?: string | null): void
  /**
   * What `read` gives; null where it throws a `RuleError`, which is kept, so that what follows is read as well. When
   * enough has been found it throws on, and the reading ends.
   */
  attempt<T>(read: () => T): T | null
  /** Keeps an error as `attempt` does, for who has it already. */
  keep(error: unknown): void
}

export function startReading({ text, offset, places }: DocumentText, options: ReadOptions): Reading {
  const findings: Finding[] = []
  const range = ({ start, end }: Span) => places.range(start, end)
  const add = (finding: Finding) => {
    if (findings.length < LIMITS.problemsPerDocument) findings.push(finding)
  }
  const keep = (error: unknown) => {
    if (!(error instanceof RuleError) || findings.length >= LIMITS.problemsPerDocument) throw error
    add(findingOf(error))
  }
  return {
    options,
    findings,
    applied: [],
    range,
    source: ({ start, end }) => text.slice(start - offset, end - offset),
    error: (code, { span, path }, message, mend = null) => new RuleError(code, range(span), message, path, mend),
    fault: (code, { span, path }, message, mend = null) =>
      add({ severity: 'fault', code, range: range(span), path, message, mend }),
    warn: (code, { span, path }, message, mend = null) =>
      add({ severity: 'warning', code, range: range(span), path, message, mend }),
    attempt(read) {
      try {
        return read()
      } catch (error) {
        keep(error)
        return null
      }
    },
    keep,
  }
}

export function findingOf({ code, range, path, message, mend }: RuleError): Finding {
  return { severity: 'error', code, range, path, message, mend }
}

/** The first line of a document: where something is said that is not there. */
export function headOf(root: TreeMap): Span {
  return root.entries[0]?.keySpan ?? root
}
