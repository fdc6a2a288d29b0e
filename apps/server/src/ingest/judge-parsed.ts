import { createHmac } from 'node:crypto'
import type { Surface } from '@sentinelmesh/api'
import type { JudgedEntry } from '@sentinelmesh/db'
import { DEFAULT_REDACTION, judge, redact, type Entry, type Judged } from '@sentinelmesh/rules'
import { combine } from '@sentinelmesh/rules/risk'
import { viewsOf } from '@sentinelmesh/rules/views'
import type { OrgRules } from '../rule-sets/org-rules.ts'
import { computedId } from './computed-id.ts'
import { contentHash, NO_HASH } from './content-hash.ts'
import { isOverlong, judgeInWindows } from './judge-windows.ts'
import { maskText } from './mask-text.ts'
import type { ParsedEntry } from './parse-entry.ts'
import { randomBytes } from './random-bytes.ts'
import type { Bound } from './reporter.ts'
import { uuidV7 } from './uuid-v7.ts'

const LEAF_SALT_BYTES = 16

/** What is the same for all entries of a request. */
export interface Judging {
  readonly surface: Surface
  readonly remoteAddress: string | null
  readonly reportedBy: string
  readonly bound: Bound
  readonly nowMs: number
  readonly hmacKey: Uint8Array
  /** One version for all of them. Null: no rule is tried, and they take no id: told again, they are judged and stored. */
  readonly rules: OrgRules | null
  /** Called once an entry is judged; again where its id was taken by other content. */
  readonly decide: (judged: Decidable) => Decided
  readonly onJudged: (entry: Entry, micros: number) => void
}

/** What a verdict is made of. */
export type Decidable = Pick<JudgedEntry, 'sender' | 'receiver' | 'kind' | 'reportedRisk' | 'risk' | 'matches'>

export type Decided = Pick<JudgedEntry, 'verdict' | 'would' | 'unjudged'>

/** Only what takes long is a promise: to wait for each entry of a batch would cost more than it says. */
export function judgeWhole(as: Judging, { entry, mapped }: ParsedEntry, idConflict: boolean): Judged | Promise<Judged> {
  const told = idConflict ? withConflict(entry) : entry
  if (mapped === null || !isOverlong({ entry, dropped: mapped.dropped })) return judgeBy(as, told)
  return judgeInWindows({ entry: told, dropped: mapped.dropped }, (window) => judgeBy(as, window))
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

/** The mark by which a rule sees that an id was reported twice with different content. */
function withConflict(entry: Entry): Entry {
  const { attributes } = entry
  const inner =
    attributes === null ? '' : attributes.slice(attributes.indexOf('{') + 1, attributes.lastIndexOf('}')).trim()
  return { ...entry, attributes: `{${inner === '' ? '' : `${inner},`}"id_conflict":true}` }
}

/** As it is stored. */
export function toJudged(as: Judging, parsed: ParsedEntry, judged: Judged, idConflict: boolean): JudgedEntry {
  const { entry, timestamp, mapped } = parsed
  const { nowMs, hmacKey } = as
  const kept = judged.entry
  const { verdict, would, unjudged } = as.decide({
    sender: kept.sender,
    receiver: kept.receiver,
    kind: kept.kind,
    reportedRisk: kept.reportedRisk,
    risk: judged.risk,
    matches: judged.matches,
  })
  const sourceId = as.rules === null ? null : parsed.sourceId
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
    contentHash: sourceId === null ? NO_HASH : contentHash(hmacKey, entry, timestamp.text),
    leafSalt: randomBytes(LEAF_SALT_BYTES),
    reportedBy: as.reportedBy,
    surface: as.surface,
    remoteAddress: as.remoteAddress,
    senderClaimed: !as.bound.fits(entry.sender),
    textRepaired: parsed.textRepaired,
    truncated: mapped !== null && (mapped.cut || isOverlong({ entry, dropped: mapped.dropped })),
    idConflict,
    computedId: as.rules === null ? null : idOf(parsed, unjudged, hmacKey),
    verdict,
    would,
    unjudged,
  }
}

/** That a call went by unjudged is said also where something else has told of the call before. */
function idOf({ entry, mapped }: ParsedEntry, unjudged: boolean, hmacKey: Uint8Array): Uint8Array | null {
  if (mapped === null || mapped.anchor === null) return null
  const anchor = unjudged ? `late ${mapped.anchor}` : mapped.anchor
  return computedId(hmacKey, { kind: entry.kind, anchor, payload: entry.payload })
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
