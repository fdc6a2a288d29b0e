import type { LogId, OrgId, Seq, Surface, Verdict } from '@sentinelmesh/api'
import type { Ast } from '@sentinelmesh/query'
import type { Kind, LogSource, Match, Payload, System, Undecided } from '@sentinelmesh/rules'
import type { Band } from '@sentinelmesh/rules/risk'

/** The fields that every form of an entry has. Times are microseconds UTC. */
interface EntryFacts {
  readonly id: LogId
  readonly at: number
  readonly receivedAt: number
  /** As sent, verbatim. Null if none was sent. */
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
  /** Another entry has the same id and other content. Set by the retry after `conflict`, which is stored anyway. */
  readonly idConflict: boolean
  /** The verdict that was returned before the action took effect. Null if none was requested. */
  readonly verdict: Verdict | null
  /** In a dry run: the verdict that enforcement would have returned. */
  readonly would: Verdict | null
  /** The action took effect before the entry was judged. */
  readonly unjudged: boolean
  /** Rules that were stopped before they were decided. They are not matches and count nowhere. */
  readonly undecided: readonly Undecided[]
}

/** An entry after `judge`, fully redacted. */
export interface JudgedEntry extends EntryFacts {
  readonly payload: Payload
  readonly reportedRisk: number | null
  readonly system: System | null
  readonly matches: readonly Match[]
  readonly masked: readonly { readonly format: string; readonly count: number }[]
  /** 32 bytes: HMAC-SHA-256 of the entry before redaction, with the org's key. Empty without a source id. */
  readonly contentHash: Uint8Array
  readonly leafSalt: Uint8Array
  /** 16 bytes. Reports with the same id are one entry. If null, only the source id detects duplicates. */
  readonly computedId: Uint8Array | null
  readonly remoteAddress: string | null
  /** The credential is not bound to this sender. */
  readonly senderClaimed: boolean
}

/** `verdict` is for entries whose caller waits for a verdict; it has its own queue and limits. Default: `bulk`. */
export type AppendLane = 'verdict' | 'bulk'

export interface MatchSummary {
  readonly ruleId: string
  readonly title: string
  readonly level: Match['level']
}

/** The result for one entry. Results are in the order of the entries. */
export type Appended =
  | { readonly status: 'stored'; readonly id: LogId; readonly seq: Seq }
  /** An entry with the same id and content is already stored; repeats its first reply. */
  | {
      readonly status: 'duplicate'
      readonly id: LogId
      readonly seq: Seq
      readonly risk: number
      /** The first `entryMatches`. */
      readonly matches: readonly MatchSummary[]
      readonly matchesLeftOut: number
    }
  /** An entry with the same id and other content is already stored. This entry was not stored. */
  | { readonly status: 'conflict' }

/** An entry for lists and tails, with a snippet instead of the whole payload. */
export interface StoredRow extends EntryFacts {
  readonly seq: Seq
  /** At most `LIMITS.snippetChars` UTF-16 units of the payload around its first place. */
  readonly snippet: string
  readonly snippetMarks: readonly (readonly [number, number])[]
  readonly payloadType: 'text' | 'json'
  /** UTF-8 bytes of the payload. */
  readonly size: number
  /** The first `entryMatches` that no filter suppressed. Those that contribute to the risk come first. */
  readonly matches: readonly MatchSummary[]
  /** Matches that are stored, counted, and found by searches, but not listed. */
  readonly matchesLeftOut: number
}

/** An entry with its whole payload, for followers' filters, the seed's ENTRY, and requests by id. */
export interface StoredEntry extends StoredRow {
  readonly payload: Payload
  readonly reportedRisk: number | null
  readonly system: System | null
  /** The first `entryMatches`, including matches that a filter suppressed. */
  readonly fullMatches: readonly Match[]
  readonly fullMatchesLeftOut: number
  /** The number of `fullMatches` that were stored without places and selections, because those were too large. */
  readonly unexplained: number
  readonly masked: readonly { readonly format: string; readonly count: number }[]
  readonly remoteAddress: string | null
  readonly senderClaimed: boolean
}

/** A range of positions, inclusive at both ends. */
export interface SeqRange {
  readonly from: number
  readonly to: number
}

/** A range without gaps. The ids of both ends show later whether the same entries are still there. */
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
  /** Where the next read continues. Equal to `after` if nothing was read. */
  readonly cursor: Seq
  /** False at the head. */
  readonly more: boolean
  readonly head: Seq
  /** Number of entries that were skipped because testing them took too long. Absent if there were none. */
  readonly undecided?: number
}

export interface LogQuery {
  readonly ast: Ast
  /** Microseconds since the epoch: the time that `-15m` is relative to. */
  readonly now: number
  /** Cancels the read, as in `Database.reading`. */
  readonly signal?: AbortSignal
}

/**
 * The log of each org's entries. Callers can rely on this:
 * 1. When `append` resolves, its entries are durable and the next `read` returns them. When it rejects, none is stored.
 * 2. `seq` is dense and increases per org in commit order, so a reader that has read n has missed nothing below n.
 * 3. Positions that retention or erasure removed are returned as gaps, never skipped silently.
 * 4. Entries with the same org, reporter, sender, source id, and content hash are stored once and answered `duplicate`,
 *    even when both copies are in flight at once, in one call or in two. The same applies to org and computed id.
 * Not guaranteed: an order between orgs, or that `at` increases with `seq`.
 */
export interface LogStore {
  /**
   * Throws `store_busy` if the lane's write queue is full, and `store_failed` if the disk fails. Entries of different
   * lanes that are in flight at once may be stored in either order.
   */
  append(org: OrgId, entries: readonly JudgedEntry[], lane?: AppendLane): Promise<readonly Appended[]>
  /** Reads the items after `after`, oldest first: at most `most`, but at least one if there is one. Never waits. */
  read(org: OrgId, after: Seq, most: { readonly entries: number; readonly bytes: number }): Promise<LogSlice>
  /**
   * As `read`, but returns only matching entries and recorded gaps. Each call tests a limited number of positions. It
   * does not detect missing entries without a recorded gap. For readers with a large backlog.
   */
  readMatching(
    org: OrgId,
    after: Seq,
    query: LogQuery,
    most: { readonly entries: number; readonly bytes: number },
  ): Promise<LogSlice>
  get(org: OrgId, id: LogId): Promise<StoredEntry | undefined>
  /** The head and the exact number of stored entries; both are zero for an org without entries. */
  head(org: OrgId): Promise<{ readonly seq: Seq; readonly entries: number }>
}
