import type { BacktestItem, OrgId, RuleProblem, Services } from '@sentinelmesh/api'
import { authorise, DomainError, LIMITS } from '@sentinelmesh/api/constants'
import type { Position, StoredEntry } from '@sentinelmesh/db'
import {
  compileRuleSetInTurns,
  createCorrelator,
  evaluateEntry,
  matchEntry,
  type Correlation,
  type Filter,
  type Rule,
  type RuleDocument,
} from '@sentinelmesh/rules'
import { viewsOf } from '@sentinelmesh/rules/views'
import { OWN_TRAFFIC } from '../../ingest/own-traffic.ts'
import type { OrgRules } from '../../rule-sets/org-rules.ts'
import { placesOfOrgs } from '../places-of-orgs.ts'
import type { ServiceDeps } from '../verb.ts'
import { tally, type Tally } from './backtest-tally.ts'
import { ruleOf } from './get.ts'
import { turns } from '../../rule-sets/turns.ts'
import { readTexts, refuseErrors } from './read-text.ts'
import { toProblem } from './to-wire.ts'
import { toEntry } from './try.ts'

type Input = Parameters<Services['rules']['backtest']>[1]

/** Entries read at a time, and bytes of their payloads. */
const SLICE = { limit: 200, bytes: 2 * 1024 * 1024 }
const PROGRESS_MS = 250
const MOST = { entries: LIMITS.backtestEntries, ms: LIMITS.backtestMs }

/**
 * What rules would have matched among stored entries, oldest first: progress, then one result. It takes turns with
 * everyone else, ends when the signal aborts, and at `most` with what it has by then: `LIMITS.backtestEntries` and
 * `backtestMs` where the caller asks for no less. Takes the right to read entries too where it asks for less.
 * Payloads are those that are kept: what was masked then is masked here too. Throws `rule_invalid`, `not_found`,
 * `invalid_input`, `rate_limited`.
 */
export const backtest = (deps: ServiceDeps): Services['rules']['backtest'] => {
  const places = placesOfOrgs(LIMITS.backtestsAtOnce)
  // Who may only read must not keep those waiting who manage rules.
  const placesOfSamples = placesOfOrgs(LIMITS.backtestsAtOnce)
  return async function* (principal, input, { signal, drained, most }) {
    const org = authorise(principal, most === undefined ? 'rules.backtest' : 'rules.sample')
    if (most !== undefined) authorise(principal, 'logs.read')
    const range = rangeOf(input)
    const tried = await whatToRun(await deps.ruleSets.of(org), input)
    using place = (most === undefined ? places : placesOfSamples).take(org)
    if (place === undefined) {
      throw new DomainError('rate_limited', {
        say: `${LIMITS.backtestsAtOnce} backtests of this organization are running (limit backtestsAtOnce). Wait for one to end.`,
        retryAfterSeconds: 10,
      })
    }
    for await (const item of run(deps, { org, ...range, tried, signal, most: most ?? MOST })) {
      await drained()
      if (signal.aborted) return
      yield item
    }
  }
}

function rangeOf({ from, to }: Input): { readonly from: number; readonly to: number } {
  const range = { from: Date.parse(from) * 1000, to: Date.parse(to) * 1000 }
  if (range.from < range.to) return range
  throw new DomainError('invalid_input', {
    issues: [{ loc: ['to'], msg: 'to has to be later than from.', type: 'value_error' }],
  })
}

interface Tried {
  readonly rules: readonly Rule[]
  readonly filters: readonly Filter[]
  readonly correlations: readonly Correlation[]
  /** What is reported; rules that a correlation needs beside it are not. */
  readonly reported: ReadonlySet<string>
  readonly problems: readonly RuleProblem[]
  /** Of those that are reported, what the org has under the same ids, as it is in force. */
  readonly current: readonly Rule[]
  readonly currentFilters: readonly Filter[]
}

async function whatToRun(orgRules: OrgRules, { id, text }: Input): Promise<Tried> {
  const inForce = new Map(orgRules.ruleSet.rules.map((rule) => [rule.id, rule]))
  const { documents, problems } =
    text === undefined
      ? { documents: storedDocuments(orgRules, id ?? ''), problems: [] }
      : await readTexts(orgRules, [{ file: null, text }])
  if (documents.length === 0) {
    refuseErrors(problems)
    throw new DomainError('invalid_input', { say: 'There is no rule in this to run.' })
  }
  const rules = new Map<string, Rule>()
  const filters: Filter[] = []
  const correlations = new Map<string, Correlation>()
  for (const document of documents) {
    if (document.kind === 'rule') rules.set(document.id, document)
    else if (document.kind === 'filter') filters.push(document)
    else correlations.set(document.id, document)
  }
  const reported = new Set([...rules.keys(), ...correlations.keys()])
  const known = [...orgRules.rules.values()].flatMap(({ document }) => (document === null ? [] : [document]))
  addNamed(
    filters.flatMap((one) => (one.rules === 'any' ? [] : one.rules)),
    known,
    (document) => {
      if (document.kind !== 'rule' || rules.has(document.id)) return
      rules.set(document.id, document)
      reported.add(document.id)
    },
  )
  // Correlations may stand on correlations of the org, and those on others.
  for (const correlation of correlations.values())
    addNamed(correlation.rules, known, (document) => {
      if (document.kind === 'correlation' && !correlations.has(document.id)) correlations.set(document.id, document)
      if (document.kind === 'rule' && !rules.has(document.id)) rules.set(document.id, document)
    })
  const replaced = new Set(documents.map((document) => document.id))
  return {
    rules: [...rules.values()],
    filters: [...filters, ...orgRules.filters.filter((filter) => !replaced.has(filter.id))],
    correlations: [...correlations.values()],
    reported,
    problems: problems.map(toProblem),
    current: [...reported].flatMap((one) => inForce.get(one) ?? []),
    currentFilters: orgRules.filters,
  }
}

function addNamed(
  names: readonly string[],
  known: readonly RuleDocument[],
  add: (document: RuleDocument) => void,
): void {
  for (const name of names) {
    const found = known.find((one) => one.id === name) ?? known.find((one) => one.name === name)
    if (found !== undefined) add(found)
  }
}

function storedDocuments(orgRules: OrgRules, id: string): readonly RuleDocument[] {
  const { document } = ruleOf(orgRules, id)
  return document === null ? [] : [document]
}

interface Run {
  readonly org: OrgId
  readonly from: number
  readonly to: number
  readonly tried: Tried
  readonly signal: AbortSignal
  readonly most: { readonly entries: number; readonly ms: number }
}

async function* run(
  { database }: ServiceDeps,
  { org, from, to, tried, signal, most }: Run,
): AsyncGenerator<BacktestItem, void> {
  const look = await looker(
    tried,
    tally({
      from,
      to,
      rules: [...tried.rules, ...tried.correlations],
      reported: tried.reported,
      current: new Set(tried.current.map(({ id }) => id)),
    }),
  )
  const late = performance.now() + most.ms
  let after: Position | undefined
  let head: Awaited<ReturnType<typeof database.search.page>>['head'] | undefined
  let told = 0
  const turn = turns()
  for (;;) {
    if (performance.now() - told > PROGRESS_MS) {
      told = performance.now()
      yield look.tally.progress()
    }
    const page = await database.search.page(
      org,
      { from, to, now: to },
      { ...SLICE, order: 'oldest', after, head, whole: true },
    )
    if (signal.aborted) return
    head = page.head
    for (const entry of page.items) {
      if (entry.reportedBy !== OWN_TRAFFIC) look.at(entry)
      await turn()
      if (signal.aborted) return
    }
    const ended = look.tally.scanned() >= most.entries || performance.now() > late
    if (page.next === null || ended) {
      yield look.tally.result({ incomplete: page.next !== null, problems: tried.problems })
      return
    }
    after = page.next
  }
}

/** Judges entry by entry, by what is tried and by what is in force, and counts. */
async function looker(tried: Tried, counted: Tally): Promise<{ at(entry: StoredEntry): void; readonly tally: Tally }> {
  const { rules, filters, correlations, current, currentFilters } = tried
  const turn = turns()
  const ruleSet = await compileRuleSetInTurns(rules, turn, { filters: bound(filters, rules), correlations })
  const inForce =
    current.length === 0
      ? null
      : await compileRuleSetInTurns(current, turn, { filters: bound(currentFilters, current) })
  const correlator = correlations.length === 0 ? null : createCorrelator({ rules, correlations })
  const has = new Set(current.map(({ id }) => id))
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
