import type { LogId, OrgId, Surface } from '@sentinelmesh/api'
import { authorise, DomainError, LIMITS } from '@sentinelmesh/api/constants'
import type { Appended, JudgedEntry, LogStore } from '@sentinelmesh/db'
import type { Entry, Judged } from '@sentinelmesh/rules'
import type { Clock } from '../clock.ts'
import type { EntryYield, Lane } from '../judging/entry-yield.ts'
import type { JudgeThreads } from '../judging/judge-threads.ts'
import type { Costs } from '../rule-sets/costs.ts'
import type { RuleSets } from '../rule-sets/rule-sets.ts'
import type { HeldCalls } from './held-calls.ts'
import { judgeParsed, toJudged, type Judging } from './judge-parsed.ts'
import { listedMatches } from './listed-matches.ts'
import { EntryRefused } from './parse-entry.ts'
import type { ParsedEntry } from '../judging/parsed-entry.ts'
import type { Quotas } from './quotas.ts'
import type { Turn } from './read-json.ts'
import { boundTo, refuseForeign, reportedBy, type Reporter } from './reporter.ts'

export interface IngestDeps {
  readonly logs: LogStore
  readonly ruleSets: RuleSets
  readonly costs: Costs
  readonly turns: EntryYield
  readonly threads: JudgeThreads
  /** Told when the log of an organization has grown. */
  readonly announce: (org: OrgId) => void
  readonly clock: Clock
  readonly quotas: Quotas
  readonly heldCalls: HeldCalls
  /** Key of the org's HMACs. */
  readonly hmacKey: (org: OrgId) => Promise<Uint8Array>
  readonly onAccepted?: (surface: Surface, accepted: number, rejected: number) => void
}

export interface Accepted {
  readonly id: LogId
  readonly risk: number
  /** At most `entryMatches`, first those that make the risk. */
  readonly matches: readonly {
    readonly ruleId: string
    readonly title: string
    readonly level: Judged['matches'][number]['level']
    readonly points: number | null
  }[]
  readonly matchesLeftOut: number
  readonly duplicate: boolean
}

/** The outcome of one entry: its id and risk, or the reason it was refused. */
export type Outcome = { readonly accepted: Accepted } | { readonly refused: EntryRefused }

/** For a request with one entry. Throws the error that refused it. */
export function onlyAccepted([outcome]: readonly Outcome[]): Accepted {
  if (outcome === undefined) throw new Error('one entry has one outcome')
  if ('accepted' in outcome) return outcome.accepted
  const { tooLarge, message, issues } = outcome.refused
  if (tooLarge !== null)
    throw new DomainError('too_large', { say: message, limit: tooLarge, allowed: LIMITS[tooLarge] })
  if (issues.some(({ type }) => type === 'sender_forbidden')) throw new DomainError('forbidden', { say: message })
  throw new DomainError('invalid_input', { issues })
}

/** How a request is ingested. */
export interface IngestOptions<Source> {
  /** Throws `EntryRefused`. It returns a promise only for a large entry, whose parsing yields to others. */
  readonly parse: (source: Source, nowMs: number, turn: Turn) => ParsedEntry | Promise<ParsedEntry>
  readonly openDecider?: OpenDecider | undefined
}

/** Decides on the verdict for each entry of a request. */
export type Decider = Pick<Judging, 'rules' | 'decide'>

/** Called once for a request, before its entries are judged. */
export type OpenDecider = (org: OrgId, entries: readonly Entry[]) => Promise<Decider>

/**
 * Ingests the entries of a reporter: parse, authorize, judge and decide, append, announce, reply. Resolves after everything
 * accepted is durable, with one outcome for each source, in order. One bad entry does not lose the others. Throws
 * `forbidden`, `rate_limited`, `store_busy`, `store_failed`, and then nothing is stored. An id conflict that finds the store
 * busy after others of its request were stored is refused by itself.
 */
export async function ingest<Source>(
  deps: IngestDeps,
  reporter: Reporter,
  sources: readonly Source[],
  { parse, openDecider }: IngestOptions<Source>,
): Promise<readonly Outcome[]> {
  // One instant for all of a request: an entry without a timestamp happened when it arrived.
  const nowMs = deps.clock.now()
  const turn = turnOf(deps, reporter)
  const outcomes = outcomeList(sources.length)

  const sent = sources.map((source, index) => ({ index, source }))
  const parsed = await each(sent, { turn, outcomes }, ({ index, source }) =>
    then(parse(source, nowMs, turn), (parsed): Parsed => ({ index, parsed })),
  )
  // If every entry was refused, report why instead of the missing permission.
  if (parsed.length === 0) return outcomes.all()

  const org = authorise(reporter.principal, reporter.action)
  const refund = await deps.quotas.admit(reporter, org, parsed.length)
  try {
    const judging = await openJudging(deps, reporter, { org, nowMs, turn, openDecider, parsed })
    const judged = await each(parsed, { turn, outcomes }, (one) => {
      refuseForeign(judging.bound, one.parsed)
      return judge(judging, marked(judging, one), { idConflict: false })
    })
    const conflicts = await append(deps, judging, judged, outcomes)
    if (conflicts.length > 0)
      await appendConflicts(deps, judging, { conflicts, isAnyStored: conflicts.length < judged.length, outcomes })
  } catch (error) {
    // Nothing was stored, and the same request will come again.
    refund()
    throw error
  }

  const accepted = outcomes.accepted()
  deps.onAccepted?.(reporter.surface, accepted, sources.length - accepted)
  return outcomes.all()
}

interface Parsed {
  /** In the request. */
  readonly index: number
  readonly parsed: ParsedEntry
}

interface JudgedOne extends Parsed {
  readonly judged: JudgedEntry
}

/** The outcome of each source of a request, in order. */
function outcomeList(length: number) {
  const list: (Outcome | undefined)[] = Array.from({ length })
  return {
    accept: (index: number, accepted: Accepted) => void (list[index] = { accepted }),
    refuse: (index: number, refused: EntryRefused) => void (list[index] = { refused }),
    accepted: () => list.filter((outcome) => outcome !== undefined && 'accepted' in outcome).length,
    all: (): readonly Outcome[] =>
      list.map((outcome) => {
        if (outcome === undefined) throw new Error('an entry was left without an outcome')
        return outcome
      }),
  }
}

type OutcomeList = ReturnType<typeof outcomeList>

/**
 * Does something with each of a request's entries, a turn at a time, and gives the results of those that were not refused.
 * It waits only for promises: awaiting every entry would dominate its cost.
 */
async function each<Item extends { readonly index: number }, Result>(
  items: readonly Item[],
  { turn, outcomes }: { readonly turn: Turn; readonly outcomes: OutcomeList },
  work: (item: Item) => Result | Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  for (const item of items) {
    const wait = turn()
    if (wait !== undefined) await wait
    try {
      const result = work(item)
      results.push(result instanceof Promise ? await result : result)
    } catch (error) {
      if (!(error instanceof EntryRefused)) throw error
      outcomes.refuse(item.index, error)
    }
  }
  return results
}

/** Synchronous if there is nothing to wait for. */
function then<Value, Result>(value: Value | Promise<Value>, use: (value: Value) => Result): Result | Promise<Result> {
  return value instanceof Promise ? value.then(use) : use(value)
}

/** The turns of this reporter's organization, one before each piece of work. */
function turnOf({ turns }: Pick<IngestDeps, 'turns'>, reporter: Reporter): Turn {
  const org = reporter.principal?.org?.id ?? null
  const lane = laneOf(reporter)
  return () => turns.next(org, lane)
}

const laneOf = ({ action, lane }: Reporter): Lane => lane ?? (action === 'verdicts.check' ? 'verdict' : 'bulk')

/** The context that all entries of a request share. */
async function openJudging(
  { hmacKey, ruleSets, costs, threads, heldCalls }: IngestDeps,
  reporter: Reporter,
  request: {
    readonly org: OrgId
    readonly nowMs: number
    readonly turn: Turn
    readonly openDecider: OpenDecider | undefined
    readonly parsed: readonly Parsed[]
  },
): Promise<Judging> {
  const { org, nowMs, turn, openDecider = withoutVerdict, parsed } = request
  const { principal, surface, remoteAddress } = reporter
  if (principal === null) throw new Error('authorise let nobody through')
  const entries = parsed.map((one) => one.parsed.entry)
  const [key, { rules, decide }, held] = await Promise.all([hmacKey(org), openDecider(org, entries), heldCalls.of(org)])
  return {
    org,
    lane: laneOf(reporter),
    turn,
    threads,
    surface,
    remoteAddress,
    reportedBy: reportedBy(principal, surface),
    bound: boundTo(principal),
    nowMs,
    hmacKey: key,
    held,
    rules,
    decide,
    onJudged: (entry, micros, overspent) => costs.judged(org, entry, { micros, overspent }),
  }

  async function withoutVerdict(): Promise<Decider> {
    return { rules: await ruleSets.of(org), decide: (_judged, isJudged) => (isJudged ? NO_VERDICT : UNJUDGED) }
  }
}

/** With what a result says about its call, if the call was held. */
function marked({ held, hmacKey }: Judging, one: Parsed): Parsed {
  const marks = held.marksOf(one.parsed.entry, hmacKey)
  return marks === null ? one : { ...one, parsed: { ...one.parsed, marks: { ...marks } } }
}

const NO_VERDICT = { verdict: null, would: null, unjudged: false }
const UNJUDGED = { verdict: null, would: null, unjudged: true }

function judge(
  judging: Judging,
  one: Parsed,
  { idConflict }: { readonly idConflict: boolean },
): JudgedOne | Promise<JudgedOne> {
  return then(judgeParsed(judging, one.parsed, idConflict), (found) => ({
    ...one,
    judged: toJudged(judging, one.parsed, found, idConflict),
  }))
}

/** Stores entries and announces them. Returns those whose id other content has taken. */
async function append(
  { logs, announce }: IngestDeps,
  { org, lane, held }: Pick<Judging, 'org' | 'lane' | 'held'>,
  judged: readonly JudgedOne[],
  outcomes: OutcomeList,
): Promise<readonly JudgedOne[]> {
  if (judged.length === 0) return []
  const appended = await logs.append(
    org,
    judged.map((one) => one.judged),
    lane,
  )
  announce(org)
  return judged.filter((one, position) => {
    const result = appended[position]
    if (result === undefined || result.status === 'conflict') return true
    const call = one.parsed.marks?.['call.entry']
    // The result's own entry says the same, so it is not lost if this is not stored.
    if (call !== undefined) held.hasResult(call as LogId, result.id).catch(() => {})
    outcomes.accept(one.index, toAccepted(result, one.judged))
    return false
  })
}

/** Judges entries again whose id other content has taken, marked as that, and stores them beside it. */
async function appendConflicts(
  deps: IngestDeps,
  judging: Judging,
  {
    conflicts,
    isAnyStored,
    outcomes,
  }: { readonly conflicts: readonly JudgedOne[]; readonly isAnyStored: boolean; readonly outcomes: OutcomeList },
): Promise<void> {
  const marked: JudgedOne[] = []
  for (const one of conflicts) marked.push(await judge(judging, one, { idConflict: true }))
  try {
    const again = await append(deps, judging, marked, outcomes)
    if (again.length > 0) throw new Error('an entry marked as id conflict was answered conflict')
  } catch (error) {
    // If others of this request are stored, it cannot be refused as a whole any more.
    if (!isAnyStored || !(error instanceof DomainError)) throw error
    const refused = new EntryRefused([{ loc: [], msg: error.message, type: error.code }])
    for (const { index } of conflicts) outcomes.refuse(index, refused)
  }
}

function toAccepted(result: Exclude<Appended, { status: 'conflict' }>, judged: JudgedEntry): Accepted {
  if (result.status === 'stored') {
    const { listed: matches, leftOut: matchesLeftOut } = listedMatches(judged.matches)
    return { id: result.id, risk: judged.risk, matches, matchesLeftOut, duplicate: false }
  }
  return {
    id: result.id,
    risk: result.risk,
    matches: result.matches.map((match) => ({ ...match, points: null })),
    matchesLeftOut: result.matchesLeftOut,
    duplicate: true,
  }
}
