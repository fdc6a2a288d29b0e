import { setImmediate as nextTurn } from 'node:timers/promises'
import type { LogId, OrgId, Surface } from '@sentinelmesh/api'
import { authorise, DomainError, LIMITS } from '@sentinelmesh/api/constants'
import type { Appended, JudgedEntry, LogStore } from '@sentinelmesh/db'
import type { Entry, Judged } from '@sentinelmesh/rules'
import type { Bus } from '../bus.ts'
import type { Clock } from '../clock.ts'
import type { Costs } from '../rule-sets/costs.ts'
import type { RuleSets } from '../rule-sets/rule-sets.ts'
import type { SharedReads } from '../tail/read-shared.ts'
import { judgeWhole, toJudged, type Judging } from './judge-parsed.ts'
import { EntryRefused, type ParsedEntry } from './parse-entry.ts'
import type { Quotas } from './quotas.ts'
import { boundTo, refuseForeign, reportedBy, type Reporter } from './reporter.ts'

export interface IngestDeps {
  readonly logs: LogStore
  readonly ruleSets: RuleSets
  readonly costs: Costs
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
  readonly matches: readonly {
    readonly ruleId: string
    readonly title: string
    readonly level: Judged['matches'][number]['level']
    readonly points: number | null
  }[]
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

/** Parsing and judging this many entries of a few hundred characters takes some 3 ms; then others get their turn. */
const ENTRIES_BETWEEN_TURNS = 50
/** So much payload takes as long as an entry does by itself. */
const CHARS_LIKE_AN_ENTRY = 1_000

/** How one sort of sources is read. */
export interface Way<Source> {
  /** Throws `EntryRefused`. */
  readonly parse: (source: Source, nowMs: number) => ParsedEntry
  /** About how much text there is: long work gives others their turn in between. */
  readonly charsOf: (source: Source) => number
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
  { parse, charsOf, inline }: Way<Source>,
): Promise<readonly Outcome[]> {
  // One instant for all of a request: an entry without a timestamp happened when it arrived.
  const nowMs = deps.clock.now()
  const outcomes: Outcomes = sources.map(() => undefined)
  const read: Read[] = []
  const isTurnDue = turnsBetween()
  for (const [index, source] of sources.entries()) {
    if (isTurnDue(charsOf(source))) await nextTurn()
    try {
      read.push({ index, parsed: parse(source, nowMs) })
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
      if (isTurnDue(parsed.entry.payload.text.length)) await nextTurn()
      const refused = refuseForeign(as.bound, parsed)
      if (refused !== undefined) {
        outcomes[index] = { refused }
        continue
      }
      const found = judgeWhole(as, parsed, false)
      const judged = toJudged(as, parsed, found instanceof Promise ? await found : found, false)
      pending.push({ index, parsed, judged })
    }
    await keep(deps, { org, as, pending, outcomes })
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

type Outcomes = (Outcome | undefined)[]

interface Read {
  readonly index: number
  readonly parsed: ParsedEntry
}

interface Pending extends Read {
  readonly judged: JudgedEntry
}

async function judging(
  { hmacKey, ruleSets, costs }: IngestDeps,
  { principal, surface, remoteAddress }: Reporter,
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
    surface,
    remoteAddress,
    reportedBy: reportedBy(principal, surface),
    bound: boundTo(principal),
    nowMs,
    hmacKey: key,
    rules,
    decide,
    onJudged: (entry, micros) => costs.judged(org, entry, micros),
  }
}

const UNASKED = { verdict: null, would: null, unjudged: false }
const unasked: Deciding['decide'] = () => UNASKED

interface Keeping {
  readonly org: OrgId
  readonly as: Judging
  readonly pending: readonly Pending[]
  readonly outcomes: Outcomes
}

/** Those whose id was taken by other content are judged again, as such, and stored beside. */
async function keep(deps: IngestDeps, { org, as, pending, outcomes }: Keeping): Promise<void> {
  const conflicts: Pending[] = []
  for (const { index, parsed } of await append(deps, org, pending, outcomes))
    conflicts.push({ index, parsed, judged: toJudged(as, parsed, await judgeWhole(as, parsed, true), true) })
  try {
    const again = await append(deps, org, conflicts, outcomes)
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
  org: OrgId,
  pending: readonly Pending[],
  outcomes: Outcomes,
): Promise<readonly Pending[]> {
  if (pending.length === 0) return []
  const appended = await logs.append(
    org,
    pending.map(({ judged }) => judged),
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
    const matches = judged.matches.filter(({ filteredBy }) => filteredBy === null)
    return { id: result.id, risk: judged.risk, matches, duplicate: false }
  }
  return {
    id: result.id,
    risk: result.risk,
    matches: result.matches.map((match) => ({ ...match, points: null })),
    duplicate: true,
  }
}

/** Says before each piece of work whether others should get their turn first: by how much there is, not only by how many. */
function turnsBetween(): (chars: number) => boolean {
  let work = 0
  return (chars) => {
    const due = work >= ENTRIES_BETWEEN_TURNS
    work = (due ? 0 : work) + 1 + chars / CHARS_LIKE_AN_ENTRY
    return due
  }
}

function settled(outcomes: readonly (Outcome | undefined)[]): readonly Outcome[] {
  return outcomes.map((outcome) => {
    if (outcome === undefined) throw new Error('an entry was left without an outcome')
    return outcome
  })
}
