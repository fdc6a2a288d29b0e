import type { BacktestItem, RuleProblem } from '@sentinelmesh/api'
import type { StoredEntry } from '@sentinelmesh/db'
import {
  compileRuleSetInSteps,
  createCorrelator,
  evaluateEntry,
  matchEntry,
  type Correlation,
  type Filter,
  type Rule,
  type RuleDocument,
} from '@sentinelmesh/rules'
import { viewsOf } from '@sentinelmesh/rules/views'
import { step } from '../threads/serve-jobs.ts'
import { tally, type Tally } from './backtest-tally.ts'
import { toHead, type DocumentHead } from './document-head.ts'
import { refuseErrors, readTexts } from './read-texts.ts'
import type { RuleName } from './stand-ins.ts'
import { readStored, type StoredText } from './stored-text.ts'
import { toEntry } from './to-entry.ts'
import { toProblem } from './to-problem.ts'

/** The state of this lease's backtest. */
let documents: readonly RuleDocument[] = []
let problems: readonly RuleProblem[] = []
let looker: Looker | undefined

/** The documents of a text that is to be run. Throws `rule_invalid` where there are none. */
export async function readBacktest({
  text,
  beside,
}: {
  text: string
  beside: readonly RuleName[]
}): Promise<DocumentHead[]> {
  const read = await readTexts([{ file: null, text }], beside)
  if (read.documents.length === 0) refuseErrors(read.problems)
  documents = read.documents
  problems = read.problems.map(toProblem)
  return documents.map(toHead)
}

export interface BacktestSetup {
  readonly from: number
  readonly to: number
  /** Whether the documents that `readBacktest` read are run. */
  readonly withText: boolean
  /** Rules, correlations and filters of the org that are run beside them. */
  readonly beside: readonly StoredText[]
  /** The ids to report. Rules that only feed a correlation are not reported. */
  readonly reported: readonly string[]
  /** The org's current rules under the reported ids, and its filters. */
  readonly current: readonly StoredText[]
}

export async function openBacktest({
  from,
  to,
  withText,
  beside,
  reported,
  current,
}: BacktestSetup): Promise<BacktestItem> {
  const run = sorted([...(withText ? documents : []), ...(await readStored(beside))])
  if (!withText) problems = []
  const now = sorted(await readStored(current))
  const counted = tally({
    from,
    to,
    rules: [...run.rules, ...run.correlations],
    reported: new Set(reported),
    current: new Set(now.rules.map(({ id }) => id)),
  })
  looker = await lookerOf(run, now, counted)
  return looker.tally.progress()
}

/** Runs the rules on these entries, oldest first. */
export async function backtestPage(
  entries: readonly StoredEntry[],
): Promise<{ progress: BacktestItem; scanned: number }> {
  const { at, tally: counted } = opened()
  for (const entry of entries) {
    at(entry)
    await step()
  }
  return { progress: counted.progress(), scanned: counted.scanned() }
}

export function backtestResult({ incomplete }: { incomplete: boolean }): BacktestItem {
  return opened().tally.result({ incomplete, problems })
}

function opened(): Looker {
  if (looker === undefined) throw new Error('openBacktest comes first')
  return looker
}

interface Sorted {
  readonly rules: readonly Rule[]
  readonly filters: readonly Filter[]
  readonly correlations: readonly Correlation[]
}

function sorted(all: readonly RuleDocument[]): Sorted {
  return {
    rules: all.filter((document) => document.kind === 'rule'),
    filters: all.filter((document) => document.kind === 'filter'),
    correlations: all.filter((document) => document.kind === 'correlation'),
  }
}

interface Looker {
  readonly at: (entry: StoredEntry) => void
  readonly tally: Tally
}

/** Judges entry by entry, by what is tried and by what is in force, and counts. */
async function lookerOf({ rules, filters, correlations }: Sorted, current: Sorted, counted: Tally): Promise<Looker> {
  const ruleSet = await compileRuleSetInSteps(rules, step, { filters: bound(filters, rules), correlations })
  const inForce =
    current.rules.length === 0
      ? null
      : await compileRuleSetInSteps(current.rules, step, { filters: bound(current.filters, current.rules) })
  const correlator = correlations.length === 0 ? null : createCorrelator({ rules, correlations })
  const has = new Set(current.rules.map(({ id }) => id))
  return {
    tally: counted,
    at(entry) {
      const event = toEntry(entry)
      const { matches, values } = evaluateEntry(event, ruleSet, { views: viewsOf })
      const held = new Set<string>()
      counted.entry(entry)
      for (const { ruleId, filteredBy, contributes } of matches) {
        if (filteredBy !== null) counted.filtered(ruleId)
        else {
          held.add(ruleId)
          counted.match(ruleId, entry, contributes)
        }
      }
      if (inForce !== null) {
        const now = matchEntry(event, inForce, { views: viewsOf }).filter(({ filteredBy }) => filteredBy === null)
        const before = new Set(now.map(({ ruleId }) => ruleId))
        for (const id of before) if (!held.has(id)) counted.changed(id, 'gone')
        for (const id of held) if (has.has(id)) counted.changed(id, before.has(id) ? 'same' : 'new')
      }
      if (correlator === null || !correlator.wants([...held])) return
      const fed = correlator.feed({ time: entry.at / 1000, ref: entry.seq, ruleIds: [...held], values })
      for (const { correlationId, contributes } of fed) counted.match(correlationId, entry, contributes)
    },
  }
}

/** Filters of rules that are not there have nothing to do. */
function bound(filters: readonly Filter[], rules: readonly Rule[]): readonly Filter[] {
  const names = new Set(rules.flatMap(({ id, name }) => (name === null ? [id] : [id, name])))
  return filters.filter((filter) => filter.rules === 'any' || filter.rules.some((name) => names.has(name)))
}
