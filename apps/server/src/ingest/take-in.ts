import { createHmac } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { LogId, OrgId, Principal, Surface } from '@sentinelmesh/api'
import { authorise, DomainError } from '@sentinelmesh/api/constants'
import type { Appended, JudgedEntry, LogStore } from '@sentinelmesh/db'
import { DEFAULT_REDACTION, judge, redact, type Entry, type Judged } from '@sentinelmesh/rules'
import { viewsOf } from '@sentinelmesh/rules/views'
import { combine } from '@sentinelmesh/rules/risk'
import type { Bus } from '../bus.ts'
import type { Clock } from '../clock.ts'
import type { Costs } from '../rule-sets/costs.ts'
import type { OrgRules } from '../rule-sets/org-rules.ts'
import type { RuleSets } from '../rule-sets/rule-sets.ts'
import type { SharedReads } from '../tail/read-shared.ts'
import { computedId } from './computed-id.ts'
import { isOverlong, judgeInWindows } from './judge-windows.ts'
import { EntryRefused, type Mapped, type ParsedEntry } from './parse-entry.ts'
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
  readonly action: 'logs.report' | 'logs.import' | 'verdicts.check'
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

/** How one sort of sources is read. */
export interface Way<Source> {
  /** Throws `EntryRefused`. */
  readonly parse: (source: Source, nowMs: number) => ParsedEntry
  /** About how much text there is: long work gives others their turn in between. */
  readonly charsOf: (source: Source) => number
  readonly inline?: Inline | undefined
  /** They took effect before, without a verdict of ours: each is an entry that says so, beside what else tells of it. */
  readonly late?: boolean | undefined
}

/** For who answers about an entry before it takes effect. */
export type Inline = (org: OrgId) => Promise<Deciding>

export interface Deciding {
  /** Null: there is no time to judge. The entry is stored so, and takes no id: told again, it is judged and stored. */
  readonly rules: OrgRules | null
  /** Called once an entry is judged; again where its id was taken by other content. */
  readonly decide: (judged: Decidable) => Pick<JudgedEntry, 'verdict' | 'would'>
}

/** What a verdict is made of. */
export type Decidable = Pick<JudgedEntry, 'sender' | 'receiver' | 'kind' | 'reportedRisk' | 'risk' | 'matches'>

/**
 * The way of an entry, whatever it came by: parse, authorise, judge, keep, announce. Resolves after everything accepted is
 * durable. One bad entry does not lose the others. Throws `forbidden`, `store_busy`, `store_failed`, and then nothing is
 * stored; an id conflict that finds the store busy after others of its request were stored is refused by itself.
 */
export async function takeIn<Source>(
  deps: IngestDeps,
  reporter: Reporter,
  sources: readonly Source[],
  { parse, charsOf, inline, late = false }: Way<Source>,
): Promise<readonly Outcome[]> {
  // One instant for all of a request: an entry without a timestamp happened when it arrived.
  const nowMs = deps.clock.now()
  const outcomes: (Outcome | undefined)[] = sources.map(() => undefined)
  const read: { index: number; parsed: ParsedEntry }[] = []
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
  const { principal, surface, remoteAddress } = reporter
  if (principal === null) throw new Error('authorise let nobody through')
  const [hmacKey, { rules, decide }] = await Promise.all([
    deps.hmacKey(org),
    inline?.(org) ?? deps.ruleSets.of(org).then((rules): Deciding => ({ rules, decide: noVerdict })),
  ])
  const as: Judging = {
    surface,
    remoteAddress,
    reportedBy: reportedBy(principal, surface),
    bound: boundTo(principal),
    nowMs,
    hmacKey,
    rules,
    decide,
    late,
    onJudged: (entry, micros) => deps.costs.judged(org, entry, micros),
  }
  const pending: { index: number; parsed: ParsedEntry; judged: JudgedEntry }[] = []
  for (const { index, parsed } of read) {
    if (isTurnDue(parsed.entry.payload.text.length)) await nextTurn()
    const refusal = refuseForeign(as.bound, parsed)
    if (refusal !== undefined) {
      outcomes[index] = { refused: refusal }
      continue
    }
    const found = judgeWhole(as, parsed, false)
    const judged = toJudged(as, parsed, found instanceof Promise ? await found : found, false)
    pending.push({ index, parsed, judged })
  }

  const keep = async (entries: readonly JudgedEntry[]) => {
    if (entries.length === 0) return []
    const appended = await deps.logs.append(org, entries)
    deps.shared.advanced(org)
    deps.bus.announce(org)
    return appended
  }
  const appended = await keep(pending.map(({ judged }) => judged))
  const conflicts: typeof pending = []
  for (const [position, { index, parsed, judged }] of pending.entries()) {
    const result = appended[position]
    if (result === undefined || result.status === 'conflict') {
      conflicts.push({ index, parsed, judged: toJudged(as, parsed, await judgeWhole(as, parsed, true), true) })
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
  deps.onAccepted?.(surface, accepted, sources.length - accepted)
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
  readonly bound: Bound
  readonly nowMs: number
  readonly hmacKey: Uint8Array
  /** One version for all of them; null: no rule is tried. */
  readonly rules: OrgRules | null
  readonly decide: Deciding['decide']
  readonly late: boolean
  readonly onJudged: (entry: Entry, micros: number) => void
}

const NO_VERDICT = { verdict: null, would: null }
const noVerdict: Deciding['decide'] = () => NO_VERDICT

/** Only what takes long is a promise: to wait for each entry of a batch would cost more than it says. */
function judgeWhole(as: Judging, { entry, mapped }: ParsedEntry, idConflict: boolean): Judged | Promise<Judged> {
  const told = idConflict ? withConflict(entry) : entry
  if (mapped === null || !isOverlong({ entry, dropped: mapped.dropped })) return judgeBy(as, told)
  return judgeInWindows({ entry: told, dropped: mapped.dropped }, (window) => judgeBy(as, window))
}

function toJudged(as: Judging, parsed: ParsedEntry, judged: Judged, idConflict: boolean): JudgedEntry {
  const { entry, timestamp, mapped } = parsed
  const { nowMs, hmacKey } = as
  const unjudged = as.rules === null
  const anchor = unjudged ? null : anchorIn(as, mapped)
  const sourceId = unjudged ? null : parsed.sourceId
  const kept = judged.entry
  const { verdict, would } = as.decide({
    sender: kept.sender,
    receiver: kept.receiver,
    kind: kept.kind,
    reportedRisk: kept.reportedRisk,
    risk: judged.risk,
    matches: judged.matches,
  })
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
    system: kept.system,
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
    senderClaimed: !as.bound.fits(entry.sender),
    textRepaired: parsed.textRepaired,
    truncated: mapped !== null && (mapped.cut || isOverlong({ entry, dropped: mapped.dropped })),
    idConflict,
    computedId: anchor === null ? null : computedId(hmacKey, { kind: entry.kind, anchor, payload: entry.payload }),
    verdict,
    would,
    unjudged: unjudged || as.late,
  }
}

/** That a call went by unjudged is said also where something else has told of the call before. */
function anchorIn({ late }: Judging, mapped: Mapped | null): string | null {
  if (mapped === null || mapped.anchor === null) return null
  return late ? `late ${mapped.anchor}` : mapped.anchor
}

function judgeBy({ rules, onJudged }: Judging, entry: Entry): Judged {
  if (rules === null) {
    const { entry: redacted, masked } = redact(entry, DEFAULT_REDACTION)
    return { entry: redacted, masked, matches: [], ...combine({ matches: [], reportedRisk: entry.reportedRisk }) }
  }
  const began = performance.now()
  const judged = judge(entry, rules.ruleSet, DEFAULT_REDACTION, { views: viewsOf })
  onJudged(entry, (performance.now() - began) * 1000)
  return judged
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
  system: null,
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

/** Which senders a credential is bound to. */
interface Bound {
  /** As it was set; null where any may be claimed. */
  readonly name: string | null
  /** Whether the credential is proof of this sender. */
  readonly fits: (sender: string) => boolean
}

function boundTo(principal: Principal): Bound {
  if (principal.type === 'system') return { name: null, fits: () => true }
  if (principal.type !== 'key' || principal.senderPrefix === null) return { name: null, fits: () => false }
  const name = principal.senderPrefix
  const beginning = name.endsWith('*') ? name.slice(0, -1) : null
  return { name, fits: (sender) => (beginning === null ? sender === name : sender.startsWith(beginning)) }
}

/** Of what a mapper read, one end is the agent, and the other may be what sends to it: a person, a tool, a model. */
function refuseForeign({ name, fits }: Bound, { entry, mapped }: ParsedEntry): EntryRefused | undefined {
  if (name === null || fits(entry.sender)) return undefined
  if (mapped !== null && entry.receiver !== null && fits(entry.receiver)) return undefined
  return new EntryRefused([{ loc: ['sender'], msg: `This key may report as ${name} only.`, type: 'sender_forbidden' }])
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
