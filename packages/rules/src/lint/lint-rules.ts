import { linkDocuments, type Draft } from '../parse/link.ts'
import { find } from '../parse/parse-head.ts'
import type { Problem } from '../parse/problem.ts'
import { hasError, type ReadDocument } from '../parse/read-document.ts'
import { draftsOf, inOrder, problemsOf, type Source } from '../parse/read-rules.ts'
import { headOf, type ReadOptions } from '../parse/reading.ts'
import { atOnce, inTurns, type Steps, type Turn } from '../turns.ts'
import { lintCondition } from './lint-condition.ts'
import { lintContext } from './lint-context.ts'
import { lintCorrelation, lintHead, lintKeys } from './lint-head.ts'
import { lintReach } from './lint-reach.ts'
import { lintGaps, lintSearches } from './lint-searches.ts'

export interface LintOptions extends ReadOptions {
  /**
   * Whether the rules are for the entries of agents. If so, these are warned of: fields that no agent reports
   * (`field_unavailable`), conditions that need one (`never_true`), kinds of entries in which a family is no evidence
   * (`wrong_context`), and gaps in expressions that may run over a whole document (`unbounded_gap`). False by default.
   */
  readonly agents?: boolean
}

/**
 * Reports all errors in the documents, and everything that is legal but suspicious, in the order of the sources. Unlike
 * in `readRules`, a metadata fault is an error here, because Sigma's own repository would reject it.
 */
export function lintRules(sources: readonly Source[], options: LintOptions = {}): readonly Problem[] {
  return atOnce(linting(sources, options))
}

/** Like `lintRules`, but awaits `turn` after each document. */
export function lintRulesInSteps(
  sources: readonly Source[],
  turn: Turn,
  options: LintOptions = {},
): Promise<readonly Problem[]> {
  return inTurns(linting(sources, options), turn)
}

function* linting(sources: readonly Source[], { agents = false, ...options }: LintOptions): Steps<readonly Problem[]> {
  const { drafts, broken } = yield* draftsOf(sources, options, (document) => lintDocument(document, agents))
  linkDocuments(drafts)
  lintFilters(drafts)
  return inOrder([...broken, ...drafts.flatMap((draft) => problemsOf(draft, 'error'))], sources)
}

/** Lints one document on its own. If it has errors, only misspelled keys are added: warnings would hide the errors. */
function lintDocument({ content, root, reading }: ReadDocument, agents: boolean): void {
  if (root === null) return
  // A misspelled key may be the cause of an error.
  const meant = lintKeys(root, reading)
  if (content === null || hasError(reading.findings)) return
  lintHead(content, root, { reading, meant })
  if (content.kind === 'correlation') lintCorrelation(content, root, reading)
  else {
    lintCondition(content, root, reading)
    lintSearches(content, root, reading)
    if (!agents) return
    lintReach(content, root, reading)
    lintGaps(content, root, reading)
    if (content.kind === 'rule') lintContext(content, root, reading)
  }
}

/** Warns about filters that name unknown rules, because they would silently have no effect. */
function lintFilters(drafts: readonly Draft[]): void {
  const names = new Set(drafts.flatMap(({ content }) => (content === null ? [] : [content.id, content.name])))
  for (const { content, root, reading } of drafts) {
    if (content?.kind !== 'filter' || content.rules === 'any' || root === null || hasError(reading.findings)) continue
    const filter = find(root, 'filter')?.value
    const rules = filter?.kind === 'map' ? find(filter, 'rules')?.value : undefined
    for (const [index, name] of content.rules.entries())
      if (!names.has(name))
        reading.warn(
          'filter_of_nothing',
          {
            span: (rules?.kind === 'list' ? rules.items[index] : rules) ?? headOf(root),
            path: `filter.rules[${index}]`,
          },
          `${JSON.stringify(name)} is no id or name of a rule that was read: the filter does nothing to it. A title is no reference.`,
        )
  }
}
