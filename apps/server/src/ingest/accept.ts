import { createHmac } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { LogId, OrgId, Principal, Surface } from '@sentinelmesh/api'
import { authorise, DomainError } from '@sentinelmesh/api/constants'
import type { Appended, JudgedEntry, LogStore } from '@sentinelmesh/db'
import { DEFAULT_REDACTION, judge, redact, type Entry, type Judged } from '@sentinelmesh/rules'
import type { Bus } from '../bus.ts'
import type { Clock } from '../clock.ts'
import type { Costs } from '../rule-sets/costs.ts'
import type { OrgRules } from '../rule-sets/org-rules.ts'
import type { RuleSets } from '../rule-sets/rule-sets.ts'
import type { SharedReads } from '../tail/read-shared.ts'
import { EntryRefused, parseEntry, type EntrySource, type ParsedEntry } from './parse-entry.ts'
import { randomBytes } from './random-bytes.ts'
import { uuidV7 } from './uuid-v7.ts'

export interface IngestDeps {
  readonly logs: LogStore
  readonly ruleSets: RuleSets
  readonly costs: Costs
  readonly bus: Bus
  readonly shared: SharedReads
  readonly clock: Clock
  /** Key of the org's HMACs. */
  readonly hmacKey: (org: OrgId) => Promise<Uint8Array>
  readonly onAccepted?: (surface: Surface, accepted: number, rejected: number) => void
}

export interface Reporter {
  readonly principal: Principal | null
  readonly action: 'logs.report' | 'logs.import'
  readonly surface: Surface
  readonly remoteAddress: string | null
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

/** Parsing and judging this many entries of a few hundred characters takes some 3 ms; then others get their turn. */
const ENTRIES_BETWEEN_TURNS = 50
/** So much payload takes as long as an entry does by itself. */
const CHARS_LIKE_AN_ENTRY = 1_000

const LEAF_SALT_BYTES = 16

/**
 * The way of an entry: parse, authorise, judge, keep, announce. Resolves after everything accepted is durable. One bad
 * entry does not lose the others. Throws `forbidden`, `store_busy`, `store_failed`, and then nothing is stored; an id
 * conflict that finds the store busy after others of its request were stored is refused by itself.
 */
export async function accept(
  deps: IngestDeps,
  reporter: Reporter,
  sources: readonly EntrySource[],
  options: { lenient: boolean },
): Promise<readonly Outcome[]> {
  const { logs, bus, shared } = deps
  // One instant for all of a request: an entry without a timestamp happened when it arrived.
  const nowMs = deps.clock.now()
  const outcomes: (Outcome | undefined)[] = sources.map(() => undefined)
  const read: { index: number; parsed: ParsedEntry }[] = []
  const isTurnDue = turnsBetween()
  for (const [index, source] of sources.entries()) {
    if (isTurnDue(source.text?.length ?? 0)) await nextTurn()
    try {
      read.push({ index, parsed: parseEntry(source, { nowMs, lenient: options.lenient }) })
    } catch (error) {
      if (!(error instanceof EntryRefused)) throw error
      outcomes[index] = { refused: error }
    }
  }
  // Everything was refused: what is wrong with it matters more than who may send it.
  if (read.length === 0) return settled(outcomes)

  const org = authorise(reporter.principal, reporter.action)
  if (reporter.principal === null) throw new Error('authorise let nobody through')
  const [hmacKey, rules] = await Promise.all([deps.hmacKey(org), deps.ruleSets.of(org)])
  const { principal, surface, remoteAddress } = reporter
  const as: Judging = {
    surface,
    remoteAddress,
    reportedBy: reportedBy(principal, surface),
    senderClaimed: !isBound(principal),
    nowMs,
    hmacKey,
    rules,
    onJudged: (entry, micros) => deps.costs.judged(org, entry, micros),
  }
  const pending: { index: number; parsed: ParsedEntry; judged: JudgedEntry }[] = []
  for (const { index, parsed } of read) {
    if (isTurnDue(parsed.entry.payload.text.length)) await nextTurn()
    const refusal = refuseForeignSender(principal, parsed.entry.sender)
    if (refusal === undefined) pending.push({ index, parsed, judged: toJudged(as, parsed, false) })
    else outcomes[index] = { refused: refusal }
  }

  const keep = async (entries: readonly JudgedEntry[]) => {
    if (entries.length === 0) return []
    const appended = await logs.append(org, entries)
    shared.advanced(org)
    bus.announce(org)
    return appended
  }
  const appended = await keep(pending.map(({ judged }) => judged))
  const conflicts: typeof pending = []
  for (const [position, { index, parsed, judged }] of pending.entries()) {
    const result = appended[position]
    if (result === undefined || result.status === 'conflict') {
      conflicts.push({ index, parsed, judged: toJudged(as, parsed, true) })
    } else outcomes[index] = { accepted: toAccepted(result, judged) }
  }
  const again = await keep(conflicts.map(({ judged }) => judged)).catch((error: unknown) => {
    // The others of this request are stored, so it cannot be refused as a whole any more.
    if (conflicts.length < pending.length && error instanceof DomainError) return error
    throw error
  })
  for (const [position, { index, judged }] of conflicts.entries()) {
    if (again instanceof DomainError) {
      outcomes[index] = { refused: new EntryRefused([{ loc: [], msg: again.message, type: again.code }]) }
      continue
    }
    const result = again[position]
    if (result === undefined || result.status === 'conflict')
      throw new Error('an entry marked as id conflict was answered conflict')
    outcomes[index] = { accepted: toAccepted(result, judged) }
  }

  const settledOutcomes = settled(outcomes)
  const accepted = settledOutcomes.filter((outcome) => 'accepted' in outcome).length
  deps.onAccepted?.(reporter.surface, accepted, sources.length - accepted)
  return settledOutcomes
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

/** What is the same for all entries of a request. */
interface Judging {
  readonly surface: Surface
  readonly remoteAddress: string | null
  readonly reportedBy: string
  readonly senderClaimed: boolean
  readonly nowMs: number
  readonly hmacKey: Uint8Array
  /** One version for all of them. */
  readonly rules: OrgRules
  readonly onJudged: (entry: Entry, micros: number) => void
}

function toJudged(as: Judging, parsed: ParsedEntry, idConflict: boolean): JudgedEntry {
  const { entry, timestamp, sourceId } = parsed
  const { nowMs, hmacKey } = as
  const began = performance.now()
  const judged = judge(idConflict ? withConflict(entry) : entry, as.rules.ruleSet, DEFAULT_REDACTION)
  as.onJudged(entry, (performance.now() - began) * 1000)
  const kept = judged.entry
  // Each field by name: spread into so many others, an object takes the engine twenty times as long to build.
  return {
    sender: kept.sender,
    receiver: kept.receiver,
    kind: kept.kind,
    session: kept.session,
    context: kept.context,
    payload: kept.payload,
    attributes: kept.attributes,
    reportedRisk: kept.reportedRisk,
    id: uuidV7(nowMs),
    at: timestamp.at,
    receivedAt: nowMs * 1000,
    timestampText: timestamp.text,
    kindAssumed: parsed.kindAssumed,
    risk: judged.risk,
    band: judged.band,
    matches: judged.matches,
    masked: judged.masked,
    logsource: withoutSecrets(kept.logsource),
    sourceId: sourceId === null ? null : keptId(sourceId, hmacKey),
    // Without an id there is nothing to compare, and an HMAC costs a twentieth of the whole way.
    contentHash: sourceId === null ? NO_HASH : contentHash(hmacKey, entry, timestamp.text),
    leafSalt: randomBytes(LEAF_SALT_BYTES),
    reportedBy: as.reportedBy,
    surface: as.surface,
    remoteAddress: as.remoteAddress,
    senderClaimed: as.senderClaimed,
    textRepaired: parsed.textRepaired,
    truncated: false,
    idConflict,
    computedId: null,
    verdict: null,
    would: null,
    unjudged: false,
  }
}

/** An id that holds a secret is kept as its HMAC: sent again it is still the same. */
function keptId(sourceId: string, key: Uint8Array): string {
  if (masked(sourceId) === sourceId) return sourceId
  return `masked:${createHmac('sha256', key).update(sourceId).digest('hex').slice(0, 32)}`
}

function withoutSecrets({ product, category, service }: Entry['logsource']): Entry['logsource'] {
  return {
    ...(product === undefined ? {} : { product: masked(product) }),
    ...(category === undefined ? {} : { category: masked(category) }),
    ...(service === undefined ? {} : { service: masked(service) }),
  }
}

const NOTHING: Entry = {
  sender: '',
  receiver: null,
  kind: 'message',
  session: null,
  context: null,
  payload: { type: 'text', text: '' },
  attributes: null,
  logsource: {},
  reportedRisk: null,
}

/** The usual log source and the usual id: small letters, or a UUID. No secret of any format looks like either. */
const NO_SECRET = /^(?:[a-z_]*|[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12})$/

/** For the texts of an entry that no rule reads and `judge` leaves as they are. */
function masked(text: string): string {
  if (NO_SECRET.test(text)) return text
  return redact({ ...NOTHING, payload: { type: 'text', text } }, DEFAULT_REDACTION).entry.payload.text
}

const NO_HASH = new Uint8Array(0)

/** Over the entry as received, before redaction; keyed, because the bare hash of a short text can be guessed. */
function contentHash(key: Uint8Array, entry: Entry, timestampText: string | null): Uint8Array {
  const { sender, receiver, kind, session, context, payload, attributes, logsource, reportedRisk } = entry
  const { product, category, service } = logsource
  const canonical = [
    sender,
    receiver,
    kind,
    session,
    context,
    payload.type,
    payload.text,
    attributes,
    product,
    category,
    service,
    reportedRisk,
    timestampText,
  ]
  return createHmac('sha256', key).update(JSON.stringify(canonical)).digest()
}

/** The mark by which a rule sees that an id was reported twice with different content. */
function withConflict(entry: Entry): Entry {
  const { attributes } = entry
  const inner =
    attributes === null ? '' : attributes.slice(attributes.indexOf('{') + 1, attributes.lastIndexOf('}')).trim()
  return { ...entry, attributes: `{${inner === '' ? '' : `${inner},`}"id_conflict":true}` }
}

function refuseForeignSender(principal: Principal, sender: string): EntryRefused | undefined {
  if (principal.type !== 'key' || principal.senderPrefix === null) return undefined
  const bound = principal.senderPrefix
  const fits = bound.endsWith('*') ? sender.startsWith(bound.slice(0, -1)) : sender === bound
  if (fits) return undefined
  return new EntryRefused([{ loc: ['sender'], msg: `This key may report as ${bound} only.`, type: 'sender_forbidden' }])
}

function isBound(principal: Principal): boolean {
  return principal.type === 'system' || (principal.type === 'key' && principal.senderPrefix !== null)
}

/** Part of what makes an id unique. Imports of one org are one reporter, whoever runs them. */
function reportedBy(principal: Principal, surface: Surface): string {
  if (surface === 'import' || surface === 'demo') return surface
  switch (principal.type) {
    case 'key':
      return `key:${principal.keyId}`
    case 'user':
    case 'token':
      return `user:${principal.username}`
    case 'anonymous':
      return 'anonymous'
    case 'system':
      return principal.name
  }
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
