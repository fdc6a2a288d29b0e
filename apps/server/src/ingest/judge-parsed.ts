import { createHmac } from 'node:crypto'
import type { OrgId, Surface } from '@sentinelmesh/api'
import type { JudgedEntry } from '@sentinelmesh/db'
import type { Entry, Judged } from '@sentinelmesh/rules'
import type { Lane } from '../judging/entry-yield.ts'
import { judgeEntry, withMembers } from '../judging/judge-entry.ts'
import type { JudgeThreads } from '../judging/judge-threads.ts'
import { LIMITS as JUDGING } from '../judging/limits.ts'
import { unitsOf } from '../judging/weigh-entry.ts'
import type { OrgRules } from '../rule-sets/org-rules.ts'
import { NO_HASH } from '../judging/content-hash.ts'
import { computedIdOf, contentHashOf, type Hashes } from '../judging/hashes.ts'
import { isOverlong } from '../judging/judge-windows.ts'
import { callDigest, callKey, type OrgHeldCalls } from './held-calls.ts'
import { maskText } from './mask-text.ts'
import { EntryRefused } from './parse-entry.ts'
import type { ParsedEntry } from '../judging/parsed-entry.ts'
import { randomBytes } from './random-bytes.ts'
import type { Turn } from './read-json.ts'
import type { Bound } from './reporter.ts'
import { uuidV7 } from './uuid-v7.ts'

const LEAF_SALT_BYTES = 16
const NO_RULES: ReadonlySet<string> = new Set()

/** The context that all entries of a request share. */
export interface Judging {
  readonly org: OrgId
  readonly lane: Lane
  readonly turn: Turn
  readonly threads: JudgeThreads
  readonly surface: Surface
  readonly remoteAddress: string | null
  readonly reportedBy: string
  readonly bound: Bound
  readonly nowMs: number
  readonly hmacKey: Uint8Array
  /** One version for all entries. Null: no rule runs, and they take no id, so a later report is judged and stored. */
  readonly rules: OrgRules | null
  /**
   * Called once an entry is judged; again where its id was taken by other content. `isJudged` is false if no rules were
   * tried, or trying them was ended.
   */
  readonly decide: (judged: Deciding, isJudged: boolean) => Decided
  /** The org's calls that were held. */
  readonly held: Pick<OrgHeldCalls, 'marksOf' | 'hasResult'>
  readonly onJudged: (entry: Entry, micros: number, overspent: Judged['overspent']) => void
}

/** The input of a verdict. */
export type Decidable = Pick<
  JudgedEntry,
  'sender' | 'receiver' | 'kind' | 'reportedRisk' | 'risk' | 'matches' | 'undecided'
> & {
  /** Ids of the rules that find hidden or forged instructions. */
  readonly hiddenRules: ReadonlySet<string>
}

/** An entry about which a verdict is returned. */
export interface Deciding extends Decidable {
  /** The payload as it is stored, without secrets. */
  readonly payload: Entry['payload']
  /** These identify the call as it was sent. See `callDigest` and `callKey`. */
  readonly digest: () => string
  readonly callKey: () => string | null
}

export interface Decided extends Pick<JudgedEntry, 'verdict' | 'would' | 'unjudged'> {
  /** Attributes that say why. */
  readonly marks?: Readonly<Record<string, string>>
}

/** An entry with the findings of the rules. */
export interface JudgedParsed {
  readonly judged: Judged
  /** Computed in the judge thread, if the entry was judged there. */
  readonly hashes: Hashes | null
  /** False if the rules were not tried, or were ended before the end: the entry is redacted, and no more. */
  readonly isJudged: boolean
}

/** Returns a promise only for heavy entries. Awaiting every entry of a batch would dominate its cost. */
export function judgeParsed(
  as: Judging,
  parsed: ParsedEntry,
  idConflict: boolean,
): JudgedParsed | Promise<JudgedParsed> {
  const { rules, threads, org, lane } = as
  const units = unitsOf(parsed)
  if (threads.takes(rules, { org, lane, units })) return judgeInThread(as, { parsed, idConflict, units })
  const onJudged: Judging['onJudged'] = (window, micros, overspent) => {
    if (rules !== null && window.payload.text.length === parsed.entry.payload.text.length)
      threads.took(rules, units, micros)
    as.onJudged(window, micros, overspent)
  }
  const steps = judgeEntry(parsed, { ruleSet: rules?.ruleSet ?? null, idConflict, onJudged })
  const first = steps.next()
  if (first.done !== true) return judgeInSteps(as, steps)
  return { judged: first.value, hashes: null, isJudged: rules !== null }
}

/** Judges on the main thread, in steps. For entries that no thread can take. */
async function judgeInSteps({ rules, turn }: Judging, steps: Generator<undefined, Judged>): Promise<JudgedParsed> {
  for (;;) {
    const wait = turn()
    if (wait !== undefined) await wait
    const step = steps.next()
    if (step.done === true) return { judged: step.value, hashes: null, isJudged: rules !== null }
  }
}

interface Heavy {
  readonly parsed: ParsedEntry
  readonly idConflict: boolean
  readonly units: number
}

/** Returns an entry that the rules could not finish, redacted and marked as unjudged. Throws `EntryRefused` if redaction failed as well. */
async function judgeInThread(as: Judging, heavy: Heavy): Promise<JudgedParsed> {
  const { threads, org, lane, hmacKey, rules, onJudged } = as
  const { entry } = heavy.parsed
  const found = await threads.judge({ ...heavy, org, lane, hmacKey, rules })
  const output = found ?? (await threads.judge({ ...heavy, org, lane, hmacKey, rules: null }))
  if (output === null) throw new EntryRefused([{ loc: [], msg: TOO_EXPENSIVE, type: 'too_expensive' }])
  if (found !== null && rules !== null) onJudged(entry, found.micros, found.judged.overspent)
  const { judged, hashes } = output
  return {
    judged: { ...judged, entry: judged.entry ?? entry },
    hashes,
    isJudged: found !== null && rules !== null,
  }
}

const TOO_EXPENSIVE = `The entry could not be read within ${JUDGING.judgeMs / 1000} s (limit judgeMs). Send a smaller one.`

/** As it is stored. */
export function toJudged(
  as: Judging,
  parsed: ParsedEntry,
  { judged, hashes, isJudged }: JudgedParsed,
  idConflict: boolean,
): JudgedEntry {
  const { entry, timestamp, mapped } = parsed
  const { nowMs, hmacKey } = as
  const kept = judged.entry
  const { verdict, would, unjudged, marks } = as.decide(
    {
      sender: kept.sender,
      receiver: kept.receiver,
      kind: kept.kind,
      reportedRisk: kept.reportedRisk,
      risk: judged.risk,
      matches: judged.matches,
      undecided: judged.undecided,
      hiddenRules: as.rules?.hiddenRules ?? NO_RULES,
      payload: kept.payload,
      digest: () => callDigest(hmacKey, entry),
      callKey: () => callKey(hmacKey, entry),
    },
    isJudged,
  )
  // Without an id, it is judged when it is reported again.
  const sourceId = isJudged ? parsed.sourceId : null
  // Fields are listed by name, because spreading makes this object twenty times as slow to build.
  return {
    sender: kept.sender,
    receiver: kept.receiver,
    kind: kept.kind,
    session: kept.session,
    context: kept.context,
    payload: kept.payload,
    attributes: marks === undefined ? kept.attributes : withMembers(kept.attributes, marks),
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
    contentHash: sourceId === null ? NO_HASH : (hashes?.content ?? contentHashOf(parsed, hmacKey)),
    leafSalt: randomBytes(LEAF_SALT_BYTES),
    reportedBy: as.reportedBy,
    surface: as.surface,
    remoteAddress: as.remoteAddress,
    senderClaimed: !as.bound.fits(entry.sender),
    textRepaired: parsed.textRepaired,
    truncated: mapped !== null && (mapped.cut || isOverlong({ entry, dropped: mapped.dropped })),
    idConflict,
    computedId: isJudged ? idOf(parsed, hashes, { unjudged, hmacKey }) : null,
    verdict,
    would,
    unjudged,
    undecided: judged.undecided,
  }
}

function idOf(
  parsed: ParsedEntry,
  hashes: Hashes | null,
  as: { unjudged: boolean; hmacKey: Uint8Array },
): Uint8Array | null {
  if (hashes === null) return computedIdOf(parsed, as.hmacKey, as.unjudged)
  return as.unjudged ? hashes.unjudged : hashes.judged
}

/** An id that holds a secret is kept as its HMAC: sent again it is still the same. */
function keptId(sourceId: string, key: Uint8Array): string {
  if (maskText(sourceId) === sourceId) return sourceId
  return `masked:${createHmac('sha256', key).update(sourceId).digest('hex').slice(0, 32)}`
}

function withoutSecrets({ product, category, service }: Entry['logsource']): Entry['logsource'] {
  return {
    ...(product === undefined ? {} : { product: maskText(product) }),
    ...(category === undefined ? {} : { category: maskText(category) }),
    ...(service === undefined ? {} : { service: maskText(service) }),
  }
}
