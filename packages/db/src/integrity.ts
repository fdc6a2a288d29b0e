/** The head of an org's chain. A published head proves later whether anything up to it was changed. */
export interface ChainHead {
  /** The org's uid. */
  readonly org: string
  readonly seq: number
  /** 64 hex digits. */
  readonly head: string
}

/** Replaces the org's uid in a head of the audit, which has one chain for all organizations. */
export const AUDIT_CHAIN = 'audit'

/**
 * `removed`: missing, without a gap or with one whose reason is impossible. `added`: stored, but not in the chain.
 * `reordered`: not at its original position. `chain`: a link, not an entry, was changed. `published`: differs from a
 * published head. `signature`: the signature of a published head is invalid. `audit`: anything about the audit.
 */
export type FindingType =
  | 'file'
  | 'edited'
  | 'removed'
  | 'added'
  | 'reordered'
  | 'salt_missing'
  | 'chain'
  | 'published'
  | 'signature'
  | 'audit'
  | 'counts'
  | 'text_index'

export interface Finding {
  readonly type: FindingType
  /** Slug. Null if the finding is about the whole file. */
  readonly org: string | null
  /** Null if the finding is not tied to one position. */
  readonly seq: number | null
  /** A sentence. */
  readonly says: string
}

export interface OrgInspection {
  readonly slug: string
  readonly head: ChainHead | null
  readonly entries: number
  /** Positions without an entry, by the reason of their gap. */
  readonly removed: Readonly<Record<string, number>>
  /** Entries from before the chain began, which cannot be verified. */
  readonly uncovered: number
  /** Published heads that hold. */
  readonly publishedHeads: number
  readonly firstBadSeq: number | null
}

export interface AuditInspection {
  readonly records: number
  /** Older records that an upgrade added to the chain. Changes to them before the upgrade cannot be detected. */
  readonly chainedLater: number
  readonly head: ChainHead | null
  /** Published heads that hold. */
  readonly publishedHeads: number
}

export interface Inspection {
  /** Null if only one org was inspected or the file is too damaged. */
  readonly audit: AuditInspection | null
  readonly orgs: readonly OrgInspection[]
  /** At most `LIMITS.findings` per org and check, in the order of seq. */
  readonly findings: readonly Finding[]
}
