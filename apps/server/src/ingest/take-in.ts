import type { LogId, OrgId, Surface } from '@sentinelmesh/api'
import { authorise, DomainError, LIMITS } from '@sentinelmesh/api/constants'
import type { Appended, JudgedEntry, LogStore } from '@sentinelmesh/db'
import type { Entry, Judged } from '@sentinelmesh/rules'
import type { Bus } from '../bus.ts'
import type { Clock } from '../clock.ts'
import type { FairTurns, Lane } from '../judging/fair-turns.ts'
import type { JudgeThreads } from '../judging/judge-threads.ts'
import type { Costs } from '../rule-sets/costs.ts'
import type { RuleSets } from '../rule-sets/rule-sets.ts'
import type { SharedReads } from '../tail/read-shared.ts'
import { judgeParsed, toJudged, type Judging } from './judge-parsed.ts'
import { listedMatches } from './listed-matches.ts'
import { EntryRefused, type ParsedEntry } from './parse-entry.ts'
import type { Quotas } from './quotas.ts'
import type { Turn } from './read-json.ts'
import { boundTo, refuseForeign, reportedBy, type Reporter } from './reporter.ts'

export interface IngestDeps {
  readonly logs: LogStore
  readonly ruleSets: RuleSets
  readonly costs: Costs
  readonly turns: FairTurns
  readonly threads: JudgeThreads
  readonly bus: Bus
  readonly shared: SharedReads
  readonly clock: Clock
  readonly quotas: Quotas
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

/** What became of one entry sent: where it stands, or why it was refused. */
export type Outcome = { readonly accepted: Accepted } | { readonly refused: EntryRefused }

/** Of a request with one entry. Throws what it was refused for. */
export function onlyAccepted([outcome]: readonly Outcome[]): Accepted {
  if (outcome === undefined) throw new Error('one entry has one outcome')
  if ('accepted' in outcome) return outcome.accepted
  const { tooLarge, message, issues } = outcome.refused
  if (tooLarge !== null)
    throw new DomainError('too_large', { say: message, limit: tooLarge, allowed: LIMITS[tooLarge] })
  if (issues.some(({ type }) => type === 'sender_forbidden')) throw new DomainError('forbidden', { say: message })
  throw new DomainError('invalid_input', { issues })
}

/** How one sort of sources is read. */
export interface Way<Source> {
  /** Throws `EntryRefused`. A promise only for a large entry, which is parsed in turns. */
  readonly parse: (source: Source, nowMs: number, turn: Turn) => ParsedEntry | Promise<ParsedEntry>
  readonly inline?: Inline | undefined
}

/** For who answers about entries before they take effect, or tells what was answered. */
export type Inline = (org: OrgId, told: readonly Entry[]) => Promise<Deciding>

export type Deciding = Pick<Judging, 'rules' | 'decide'>

/**
 * The way of an entry, whatever it came by: parse, authorise, judge, keep, announce. Resolves after everything accepted is
 * durable. One bad entry does not lose the others. Throws `forbidden`, `rate_limited`, `store_busy`, `store_failed`, and then nothing is
 * stored; an id conflict that finds the store busy after others of its request were stored is refused by itself.
 */
export async function takeIn<Source>(
  deps: IngestDeps,
  reporter: Reporter,
  sources: readonly Source[],
  { parse, inline }: Way<Source>,
): Promise<readonly Outcome[]> {
  // One instant for all of a request: an entry without a timestamp happened when it arrived.
  const nowMs = deps.clock.now()
  const outcomes: Outcomes = sources.map(() => undefined)
  const read: Read[] = []
  const turn = turnOf(deps, reporter)
  for (const [index, source] of sources.entries()) {
    const wait = turn()
    if (wait !== undefined) await wait
    try {
      const parsed = parse(source, nowMs, turn)
      read.push({ index, parsed: parsed instanceof Promise ? await parsed : parsed })
    } catch (error) {
      if (!(error instanceof EntryRefused)) throw error
      outcomes[index] = { refused: error }
    }
  }
  // Everything was refused: what is wrong with it matters more than who may send it.
  if (read.length === 0) return settled(outcomes)

  const org = authorise(reporter.principal, reporter.action)
  const giveBack = await deps.quotas.admit(reporter, org, read.length)
  try {
    const as = await judging(deps, reporter, { org, nowMs, inline, read })
    const pending: Pending[] = []
    for (const { index, parsed } of read) {
      const wait = turn()
      if (wait !== undefined) await wait
      const refused = refuseForeign(as.bound, parsed)
      if (refused !== undefined) {
        outcomes[index] = { refused }
        continue
      }
      try {
        const found = judgeParsed(as, parsed, false)
        const judged = toJudged(as, parsed, found instanceof Promise ? await found : found, false)
        pending.push({ index, parsed, judged })
      } catch (error) {
        if (!(error instanceof EntryRefused)) throw error
        outcomes[index] = { refused: error }
      }
    }
    await keep(deps, { as, pending, outcomes })
  } catch (error) {
    // Nothing was stored, and the same request will come again.
    giveBack()
    throw error
  }

  const settledOutcomes = settled(outcomes)
  const accepted = settledOutcomes.filter((outcome) => 'accepted' in outcome).length
  deps.onAccepted?.(reporter.surface, accepted, sources.length - accepted)
  return settledOutcomes
}

/** Asked for before each piece of work on what this reporter sent. */
function turnOf({ turns }: Pick<IngestDeps, 'turns'>, reporter: Reporter): () => Promise<void> | undefined {
  const org = reporter.principal?.org?.id ?? null
  const lane = laneOf(reporter)
  return () => turns.next(org, lane)
}

const laneOf = ({ action, lane }: Reporter): Lane => lane ?? (action === 'verdicts.check' ? 'verdict' : 'bulk')

type Outcomes = (Outcome | undefined)[]

interface Read {
  readonly index: number
  readonly parsed: ParsedEntry
}

interface Pending extends Read {
  readonly judged: JudgedEntry
}

async function judging(
  deps: IngestDeps,
  reporter: Reporter,
  {
    org,
    nowMs,
    inline,
    read,
  }: {
    readonly org: OrgId
    readonly nowMs: number
    readonly inline: Inline | undefined
    readonly read: readonly Read[]
  },
): Promise<Judging> {
  const { hmacKey, ruleSets, costs, threads } = deps
  const { principal, surface, remoteAddress } = reporter
  if (principal === null) throw new Error('authorise let nobody through')
  const deciding = inline?.(
    org,
    read.map(({ parsed }) => parsed.entry),
  )
  const [key, { rules, decide }] = await Promise.all([
    hmacKey(org),
    deciding ?? ruleSets.of(org).then((rules): Deciding => ({ rules, decide: unasked })),
  ])
  return {
    org,
    lane: laneOf(reporter),
    turn: turnOf(deps, reporter),
    threads,
    surface,
    remoteAddress,
    reportedBy: reportedBy(principal, surface),
    bound: boundTo(principal),
    nowMs,
    hmacKey: key,
    rules,
    decide,
    onJudged: (entry, micros, overspent) => costs.judged(org, entry, { micros, overspent }),
  }
}

const UNASKED = { verdict: null, would: null, unjudged: false }
const UNJUDGED = { verdict: null, would: null, unjudged: true }
const unasked: Deciding['decide'] = (_judged, isJudged) => (isJudged ? UNASKED : UNJUDGED)

interface Keeping {
  readonly as: Judging
  readonly pending: readonly Pending[]
  readonly outcomes: Outcomes
}

/** Those whose id was taken by other content are judged again, as such, and stored beside. */
async function keep(deps: IngestDeps, { as, pending, outcomes }: Keeping): Promise<void> {
  const conflicts: Pending[] = []
  for (const { index, parsed } of await append(deps, as, pending, outcomes))
    conflicts.push({ index, parsed, judged: toJudged(as, parsed, await judgeParsed(as, parsed, true), true) })
  try {
    const again = await append(deps, as, conflicts, outcomes)
    if (again.length > 0) throw new Error('an entry marked as id conflict was answered conflict')
  } catch (error) {
    // The others of this request are stored, so it cannot be refused as a whole any more.
    if (conflicts.length === pending.length || !(error instanceof DomainError)) throw error
    const refused = new EntryRefused([{ loc: [], msg: error.message, type: error.code }])
    for (const { index } of conflicts) outcomes[index] = { refused }
  }
}

/** Gives those that are answered `conflict`. */
async function append(
  { logs, shared, bus }: IngestDeps,
  { org, lane }: Pick<Judging, 'org' | 'lane'>,
  pending: readonly Pending[],
  outcomes: Outcomes,
): Promise<readonly Pending[]> {
  if (pending.length === 0) return []
  const appended = await logs.append(
    org,
    pending.map(({ judged }) => judged),
    lane,
  )
  shared.advanced(org)
  bus.announce(org)
  return pending.filter(({ index, judged }, position) => {
    const result = appended[position]
    if (result === undefined || result.status === 'conflict') return true
    outcomes[index] = { accepted: toAccepted(result, judged) }
    return false
  })
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

function settled(outcomes: readonly (Outcome | undefined)[]): readonly Outcome[] {
  return outcomes.map((outcome) => {
    if (outcome === undefined) throw new Error('an entry was left without an outcome')
    return outcome
  })
}
