import type { BacktestItem, OrgId } from '@sentinelmesh/api'
import { authorise, DomainError, LIMITS } from '@sentinelmesh/api/constants'
import type { Position } from '@sentinelmesh/db'
import type { RuleDocument } from '@sentinelmesh/rules'
import { OWN_TRAFFIC } from '../../ingest/own-traffic.ts'
import type { BacktestSetup } from '../../rule-jobs/backtest.ts'
import { toHead, type DocumentHead } from '../../rule-jobs/document-head.ts'
import type { RuleJobs } from '../../rule-jobs/rule-jobs.ts'
import { BOUNDS } from '../../rule-jobs/rule-threads.ts'
import { namesBeside } from '../../rule-sets/names-beside.ts'
import type { StoredText } from '../../rule-jobs/stored-text.ts'
import type { OrgRules } from '../../rule-sets/org-rules.ts'
import type { Lease } from '../../threads/thread-pool.ts'
import type { OrgCall, OrgSlots, Deps, Verb } from '../verb.ts'
import { fitLists } from './fit-lists.ts'
import { ruleOf } from './get.ts'
import { filtersFor, filterText } from './stored-texts.ts'

type Input = Parameters<Verb<'rules.backtest'>>[2]

/** Entries to read at a time, and their payload bytes. */
const SLICE = { limit: 200, bytes: 2 * 1024 * 1024 }
const PROGRESS_MS = 250
const MOST = { entries: LIMITS.backtestEntries, ms: LIMITS.backtestMs }
const SAMPLE = { entries: LIMITS.mcpBacktestEntries, ms: LIMITS.mcpBacktestMs }

/** The maximum that a backtest replays. */
interface Extent {
  readonly entries: number
  readonly ms: number
}

/**
 * Replays stored entries against the rules, oldest first. Yields progress, then one result. It runs in a worker thread
 * and stops when the signal aborts. At `LIMITS.backtestEntries` and `backtestMs` it returns the result so far. Payloads
 * are as stored: text that was masked is masked here too. Throws `rule_invalid`, `not_found`, `invalid_input`,
 * `rate_limited`, `too_expensive`.
 */
export const backtest: Verb<'rules.backtest', 'ruleSets' | 'ruleThreads' | 'slots'> = (deps, call, input) =>
  replay(deps, call, { input, most: MOST, slots: deps.slots.backtests })

/**
 * Replays so few entries that it costs no more than a search, for callers who may read rules and entries. It has its
 * own slots, so that such callers do not delay those who manage rules.
 */
export const sampleBacktest: Verb<'mcpServer.sampleBacktest', 'ruleSets' | 'ruleThreads' | 'slots'> = (
  deps,
  call,
  input,
) => {
  authorise(call.principal, 'logs.read')
  return replay(deps, call, { input, most: SAMPLE, slots: deps.slots.samples })
}

interface Replay {
  readonly input: Input
  readonly most: Extent
  readonly slots: OrgSlots
}

async function* replay(
  deps: Deps<'ruleSets' | 'ruleThreads'>,
  { org, signal, drained }: Pick<OrgCall, 'org' | 'signal' | 'drained'>,
  { input, most, slots }: Replay,
): AsyncGenerator<BacktestItem, void> {
  const range = rangeOf(input)
  const orgRules = await deps.ruleSets.of(org)
  const stored = input.text === undefined ? storedDocuments(orgRules, input.id ?? '') : []
  using slot = slots.tryEnter({ owner: org })
  if (slot === undefined) {
    throw new DomainError('rate_limited', {
      say: `${LIMITS.backtestsAtOnce} backtests of this organization are running (limit backtestsAtOnce). Wait for one to end.`,
      retryAfterSeconds: 10,
    })
  }
  using thread = await deps.ruleThreads.replay.lease(org, { signal })
  const how = { bound: BOUNDS.backtest, signal }
  const { text } = input
  const heads =
    text === undefined
      ? stored.map(toHead)
      : await thread.run('readBacktest', { text, beside: namesBeside(orgRules, [text]) }, how)
  if (heads.length === 0) throw new DomainError('invalid_input', { say: 'There is no rule in this to run.' })
  const setup = { ...range, withText: text !== undefined, ...documentsToRun(orgRules, { heads, stored }) }
  try {
    for await (const item of run(deps, { org, thread, setup, signal, most })) {
      await drained()
      if (signal.aborted) return
      yield item.type === 'result' ? { ...item, ...fitLists({ rules: item.rules, problems: item.problems }) } : item
    }
  } catch (error) {
    // The caller is gone.
    if (!signal.aborted) throw error
  }
}

function rangeOf({ from, to }: Input): { readonly from: number; readonly to: number } {
  const range = { from: Date.parse(from) * 1000, to: Date.parse(to) * 1000 }
  if (range.from < range.to) return range
  throw new DomainError('invalid_input', {
    issues: [{ loc: ['to'], msg: 'to has to be later than from.', type: 'value_error' }],
  })
}

type ToRun = Pick<BacktestSetup, 'beside' | 'reported' | 'current'>

/** The org's documents that a backtest needs: named rules, filters, and current rules with the same ids. */
function documentsToRun(
  orgRules: OrgRules,
  { heads, stored }: { readonly heads: readonly DocumentHead[]; readonly stored: readonly RuleDocument[] },
): ToRun {
  const known = directory(orgRules)
  const rules = new Map<string, { readonly id: string; readonly name: string | null }>()
  const correlations = new Map<string, Pick<DocumentHead, 'rules'>>()
  const beside: RuleDocument[] = [...stored]
  for (const head of heads) {
    if (head.kind === 'rule') rules.set(head.id, head)
    if (head.kind === 'correlation') correlations.set(head.id, head)
  }
  const reported = new Set([...rules.keys(), ...correlations.keys()])
  const add = (document: RuleDocument): void => {
    if (document.kind === 'rule') rules.set(document.id, document)
    if (document.kind === 'correlation') correlations.set(document.id, document)
    beside.push(document)
  }
  for (const { kind, rules: names } of heads) {
    if (kind !== 'filter' || names === 'any') continue
    for (const document of named(names, known)) {
      if (document.kind !== 'rule' || rules.has(document.id)) continue
      add(document)
      reported.add(document.id)
    }
  }
  // Correlations may refer to other correlations of the org.
  for (const correlation of correlations.values())
    for (const document of named(correlation.rules === 'any' ? [] : correlation.rules, known)) {
      const isNew = document.kind === 'rule' ? !rules.has(document.id) : !correlations.has(document.id)
      if (document.kind !== 'filter' && isNew) add(document)
    }
  const replaced = new Set(heads.map(({ id }) => id))
  const filters = filtersFor(
    orgRules.filters.filter(({ id }) => !replaced.has(id)),
    rules.values(),
  )
  const inForce = orgRules.ruleSet.rules.filter(({ id }) => reported.has(id))
  return {
    beside: [...beside.map(toText), ...filters.map(filterText)],
    reported: [...reported],
    current: [
      ...inForce.map(({ text, level, points, family }) => ({ text, weight: { level, points, family } })),
      ...filtersFor(orgRules.filters, inForce).map(filterText),
    ],
  }
}

function toText(document: RuleDocument): StoredText {
  const { text } = document
  if (document.kind === 'correlation') return { text, names: document.rules }
  return document.kind === 'filter' ? filterText(document) : { text }
}

type Known = ReadonlyMap<string, RuleDocument>

/** Looks up by id, then by name. */
function directory({ rules }: OrgRules): { readonly byId: Known; readonly byName: Known } {
  const byId = new Map<string, RuleDocument>()
  const byName = new Map<string, RuleDocument>()
  for (const { document } of rules.values()) {
    if (document === null) continue
    if (!byId.has(document.id)) byId.set(document.id, document)
    if (document.name !== null && !byName.has(document.name)) byName.set(document.name, document)
  }
  return { byId, byName }
}

function named(names: readonly string[], { byId, byName }: ReturnType<typeof directory>): RuleDocument[] {
  return names.flatMap((name) => byId.get(name) ?? byName.get(name) ?? [])
}

function storedDocuments(orgRules: OrgRules, id: string): readonly RuleDocument[] {
  const { document } = ruleOf(orgRules, id)
  return document === null ? [] : [document]
}

interface Run {
  readonly org: OrgId
  readonly thread: Lease<RuleJobs>
  readonly setup: BacktestSetup
  readonly signal: AbortSignal
  readonly most: Extent
}

/** Reads the entries that the thread judges, and gives it one page at a time. */
async function* run({ database }: Deps, { org, thread, setup, signal, most }: Run): AsyncGenerator<BacktestItem, void> {
  const { from, to } = setup
  const how = { bound: BOUNDS.backtest, signal }
  const late = performance.now() + most.ms
  let progress = await thread.run('openBacktest', setup, how)
  let after: Position | undefined
  let head: Awaited<ReturnType<typeof database.search.page>>['head'] | undefined
  let told = 0
  for (;;) {
    if (performance.now() - told > PROGRESS_MS) {
      told = performance.now()
      yield progress
    }
    const page = await database.search.page(
      org,
      { from, to, now: to },
      { ...SLICE, order: 'oldest', after, head, whole: true },
    )
    if (signal.aborted) return
    head = page.head
    const entries = page.items.filter(({ reportedBy }) => reportedBy !== OWN_TRAFFIC)
    const judged = await thread.run('backtestPage', entries, how)
    progress = judged.progress
    if (page.next === null || judged.scanned >= most.entries || performance.now() > late) {
      yield await thread.run('backtestResult', { incomplete: page.next !== null }, how)
      return
    }
    after = page.next
  }
}
