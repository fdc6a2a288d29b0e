import type { StoredEntry } from '@sentinelmesh/db'
import { compileRuleSet, matchEntry, type Filter, type LogSource, type Rule, type RuleSet } from '@sentinelmesh/rules'
import { viewsOf } from '@sentinelmesh/rules/views'
import { step } from '../threads/serve-jobs.ts'
import { readStored, type StoredText } from './stored-text.ts'
import { toEntry } from './to-entry.ts'

/** The state of this lease's preview. */
let ruleSet: RuleSet | undefined

/** A filter that is bound to one rule, and that rule's log source. */
export async function openPreview({ filter, logsource }: { filter: StoredText; logsource: LogSource }): Promise<void> {
  const [document] = await readStored([filter])
  if (document?.kind !== 'filter') throw new Error('the filter was read before')
  // The preview runs the filter alone, whatever the rule matched.
  ruleSet = compileRuleSet([ruleThatAlwaysHolds(document, logsource)], { filters: [document] })
}

/** Returns for each match whether the filter would suppress it. */
export async function previewPage(entries: readonly StoredEntry[]): Promise<boolean[]> {
  const compiled = ruleSet
  if (compiled === undefined) throw new Error('openPreview comes first')
  const held: boolean[] = []
  for (const entry of entries) {
    held.push(matchEntry(toEntry(entry), compiled, { views: viewsOf }).some(({ filteredBy }) => filteredBy !== null))
    await step()
  }
  return held
}

function ruleThatAlwaysHolds({ rules, ...filter }: Filter, logsource: Rule['logsource']): Rule {
  const [id = ''] = rules
  const range = { line: 1, column: 1, endLine: 1, endColumn: 1 }
  const anySender = { kind: 'exists', wanted: true, pattern: 'true' } as const
  const search = { field: 'sender', modifiers: ['exists'], all: false, negated: false, values: [anySender], range }
  return {
    ...filter,
    kind: 'rule',
    id,
    logsource,
    level: 'low',
    points: 0,
    family: id,
    selections: new Map([['any', { kind: 'search', search }]]),
    condition: { kind: 'selection', name: 'any' },
  }
}
