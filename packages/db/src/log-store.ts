import type { LogId, OrgId, Seq, Surface, Verdict } from '@sentinelmesh/api'
import type { Ast } from '@sentinelmesh/query'
import type { Kind, LogSource, Match, Payload, System, Undecided } from '@sentinelmesh/rules'
import type { Band } from '@sentinelmesh/rules/risk'

/** What an entry says of itself and what was found, as it is kept. Instants are microseconds UTC. */
interface EntryFacts {
  readonly id: LogId
  readonly at: number
  readonly receivedAt: number
  /** As sent, verbatim; null where none was sent. */
  readonly timestampText: string | null
  readonly sender: string
  readonly receiver: string | null
  readonly kind: Kind
  readonly kindAssumed: boolean
  readonly session: string | null
  readonly context: string | null
  /** The text of a JSON object. */
  readonly attributes: string | null
  readonly logsource: LogSource
  readonly risk: number
  readonly band: Band
  /** The sender's own id; entries without one are never duplicates. */
  readonly sourceId: string | null
  /** `key:<id>`, `user:<name>`, `anonymous`, `import` or `demo`. */
  readonly reportedBy: string
  readonly surface: Surface
  readonly textRepaired: boolean
  readonly truncated: boolean
  /** The id was taken by other content: on the second try after `conflict` it is stored all the same. */
  readonly idConflict: boolean
  /** What was answered before it took effect; null where nobody asked. */
  readonly verdict: Verdict | null
  /** In dry run: what enforcing would have answered. */
  readonly would: Verdict | null
  /** It took effect before anyone had judged it. */
  readonly unjudged: boolean
  /** Rules that were stopped before it was known whether they hold. Not among the matches, so that nothing counts them. */
  readonly undecided: readonly Undecided[]
}

/** An entry after `judge`: nothing in it is unredacted. */
export interface JudgedEntry extends EntryFacts {
  readonly payload: Payload
  readonly reportedRisk: number | null
  readonly system: System | null
  readonly matches: readonly Match[]
  readonly masked: readonly { readonly format: string; readonly count: number }[]
  /** HMAC-SHA-256 with the org's key over the entry as received, before redaction: 32 bytes; empty without a source id. */
  readonly contentHash: Uint8Array
  readonly leafSalt: Uint8Array
  /** 16 bytes: two reports with the same one are one entry. Null: the source id decides, or nothing. */
  readonly computedId: Uint8Array | null
  readonly remoteAddress: string | null
  /** The credential is not bound to this sender. */
  readonly senderClaimed: boolean
}

/** `verdict`: a caller waits for it before it acts, so it neither waits behind bulk entries nor shares their room. Default `bulk`. */
export type AppendLane = 'verdict' | 'bulk'

export interface MatchSummary {
  readonly ruleId: string
  readonly title: string
  readonly level: Match['level']
}

/** What became of one entry, in the order given. */
export type Appended =
  | { readonly status: 'stored'; readonly id: LogId; readonly seq: Seq }
  /** The same id and content were stored before: the first reply. */
  | {
      readonly status: 'duplicate'
      readonly id: LogId
      readonly seq: Seq
      readonly risk: number
      /** The first `entryMatches`. */
      readonly matches: readonly MatchSummary[]
      readonly matchesLeftOut: number
    }
  /** The same id with other content was stored before; nothing of this entry was. */
  | { readonly status: 'conflict' }

/** An entry as lists and tails need it: all but the whole payload. */
export interface StoredRow extends EntryFacts {
  readonly seq: Seq
  /** At most `LIMITS.snippetChars` UTF-16 units of the payload around its first place. */
  readonly snippet: string
  readonly snippetMarks: readonly (readonly [number, number])[]
  readonly payloadType: 'text' | 'json'
  /** UTF-8 bytes of the payload. */
  readonly size: number
  /** Without those that a filter held back; the first `entryMatches`, of which those that make the risk come first. */
  readonly matches: readonly MatchSummary[]
  /** Matches that are stored, counted, and found by searches, but not listed. */
  readonly matchesLeftOut: number
}

/** With the whole payload: what a follower's filter looks at, the seed's ENTRY, and one entry asked for by id. */
export interface StoredEntry extends StoredRow {
  readonly payload: Payload
  readonly reportedRisk: number | null
  readonly system: System | null
  /** Those that a filter held back too; the first `entryMatches` of all. */
  readonly fullMatches: readonly Match[]
  readonly fullMatchesLeftOut: number
  /** Those among them that are without places and selections, because these were too large to be kept. */
  readonly unexplained: number
  readonly masked: readonly { readonly format: string; readonly count: number }[]
  readonly remoteAddress: string | null
  readonly senderClaimed: boolean
}

/** Positions, both ends included. */
export interface SeqRange {
  readonly from: number
  readonly to: number
}

/** Of entries that are stored now, without a hole: the ids of both ends tell whether they still are the same ones. */
export interface StoredRange extends SeqRange {
  readonly fromId: LogId
  readonly toId: LogId
}

export interface Gap {
  readonly type: 'gap'
  readonly from: Seq
  readonly to: Seq
  readonly reason: string
}

export type LogItem = { readonly type: 'entry'; readonly seq: Seq; readonly entry: StoredEntry } | Gap

export interface LogSlice {
  readonly items: readonly LogItem[]
  /** The position after the last item; `after` itself where there was none. */
  readonly cursor: Seq
  /** False at the head. */
  readonly more: boolean
  readonly head: Seq
  /** Entries among them for which it took too long to find out whether the query holds; absent where there was none. */
  readonly undecided?: number
}

export interface LogQuery {
  readonly ast: Ast
  /** Microseconds: what `-15m` is counted from. */
  readonly now: number
  /** Ends the read as that of `Database.reading` does. */
  readonly signal?: AbortSignal
}

/**
 * Where an org's entries are kept. What a caller may rely on:
 * 1. When `append` resolves, its entries are durable and the next `read` returns them; when it rejects, none is stored.
 * 2. `seq` is dense and increasing per org, in the order of commits: who has read n has missed nothing below n.
 * 3. What retention or erasure removed is read as a gap, never passed over in silence.
 * 4. Same org, reporter, sender, source id and content hash: stored once, answered `duplicate`, also when both copies
 *    are in flight at once, in one call or in two. Same org and computed id: likewise, whatever else they say.
 * Not promised: an order between orgs, or that `at` grows with `seq`.
 */
export interface LogStore {
  /**
   * Throws `store_busy` when the lane's queue of writes is full, `store_failed` when the disk refuses. Entries of both lanes
   * that are in flight at once may be stored in either order.
   */
  append(org: OrgId, entries: readonly JudgedEntry[], lane?: AppendLane): Promise<readonly Appended[]>
  /** What follows `after`, oldest first. At least one item when there is one, else at most `most`. Never waits. */
  read(org: OrgId, after: Seq, most: { readonly entries: number; readonly bytes: number }): Promise<LogSlice>
  /**
   * As `read`, but only the entries for which the query holds, and gaps. Looks at so many positions that it stays quick,
   * and passes over the rest of them unread: what is missing without a gap is not noticed. For who is far behind.
   */
  readMatching(
    org: OrgId,
    after: Seq,
    query: LogQuery,
    most: { readonly entries: number; readonly bytes: number },
  ): Promise<LogSlice>
  get(org: OrgId, id: LogId): Promise<StoredEntry | undefined>
  /** Head and exact number of stored entries; zero for an org that has none. */
  head(org: OrgId): Promise<{ readonly seq: Seq; readonly entries: number }>
}
