import { LIMITS } from '../limits.ts'
import type { DocumentText } from './yaml/documents.ts'
import type { WarningCode } from './problem.ts'
import { RuleError, type RuleErrorCode, type SourceRange } from './rule-error.ts'
import type { CustomTest } from './rule.ts'
import type { Pipeline } from './pipeline/transformation.ts'
import type { Span, TreeMap } from './yaml/yaml-nodes.ts'

/** Extensions that a program provides. A document cannot define them. */
export interface ReadOptions {
  /** Values for `expand`, by placeholder name (the text between the percent signs). */
  readonly placeholders?: ReadonlyMap<string, readonly string[]>
  readonly modifiers?: readonly CustomModifier[]
  /** Ids of evaluators in code, to which correlations can refer as they do to rules. */
  readonly evaluators?: readonly string[]
  /** Maps the field names and log sources of rules to those of entries. */
  readonly pipeline?: Pipeline | null
}

/**
 * A custom modifier: `field|name: value`. It combines only with `all`, `neq` and `expand`. `compile` receives each
 * value as text, once when the rule is read, and returns the test for the field's texts. An error that it throws
 * becomes a `modifier_value` problem with the error's message.
 */
export interface CustomModifier {
  readonly name: string
  compile(value: string): CustomTest
}

/** A `fault` is a mistake in a document's metadata. The document is still used, but lint reports an error. */
export type Finding = {
  readonly range: SourceRange
  readonly path: string
  readonly message: string
  readonly mend: string | null
} & (
  | { readonly severity: 'error' | 'fault'; readonly code: RuleErrorCode }
  | { readonly severity: 'warning'; readonly code: WarningCode }
)

/** The span of a part of a document, and its path. */
export interface Part {
  readonly span: Span
  readonly path: string
}

/** The state of parsing one document, with its findings so far. */
export interface Reading {
  readonly options: ReadOptions
  readonly findings: readonly Finding[]
  /** The options that took effect, such as placeholder values. They are part of the document's hash. */
  readonly applied: string[]
  range(span: Span): SourceRange
  /** The raw YAML at the span. */
  source(span: Span): string
  /** Creates an error for the caller to throw. */
  error(code: RuleErrorCode, part: Part, message: string, mend?: string | null): RuleError
  fault(code: RuleErrorCode, part: Part, message: string, mend?: string | null): void
  warn(code: WarningCode, part: Part, message: string, mend?: string | null): void
  /**
   * Returns the result of `read`, or null if it throws a `RuleError`, which is recorded so that parsing can continue.
   * After too many findings it rethrows, which ends the reading.
   */
  attempt<T>(read: () => T): T | null
  /** Records an error that the caller caught, as `attempt` does. */
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

/** The first line of a document, where missing keys are reported. */
export function headOf(root: TreeMap): Span {
  return root.entries[0]?.keySpan ?? root
}
