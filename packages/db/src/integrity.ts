/** The head of an org's chain: whoever has it can tell later that nothing before it was changed. */
export interface ChainHead {
  /** The org's uid. */
  readonly org: string
  readonly seq: number
  /** 64 hex digits. */
  readonly head: string
}

/** Stands where a head has its org's uid when it is that of the audit, which is one for all organizations. */
export const AUDIT_CHAIN = 'audit'

/**
 * `removed`: not there, and no gap says why, or one that cannot be true. `added`: there, and the chain knows nothing of
 * it. `reordered`: at another position than it was given. `chain`: a link, not an entry, was changed. `published`: not
 * what a published head stands for; `signature`: of a published head that does not hold. `audit`:
 * anything about the audit.
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
  /** Slug; null: of the whole file. */
  readonly org: string | null
  /** Null where it is of no position. */
  readonly seq: number | null
  /** A sentence. */
  readonly says: string
}

export interface OrgInspection {
  readonly slug: string
  readonly head: ChainHead | null
  readonly entries: number
  /** Positions that are empty, by reason. */
  readonly removed: Readonly<Record<string, number>>
  /** Entries from before there was a chain: nothing can be said of them. */
  readonly uncovered: number
  /** Published heads that hold. */
  readonly publishedHeads: number
  readonly firstBadSeq: number | null
}

export interface AuditInspection {
  readonly records: number
  /** Records from before there was a chain, which were put into it by an upgrade: what they were before nobody knows. */
  readonly chainedLater: number
  readonly head: ChainHead | null
  /** Published heads that hold. */
  readonly publishedHeads: number
}

export interface Inspection {
  /** Null where only one org was looked at, or the file is too damaged. */
  readonly audit: AuditInspection | null
  readonly orgs: readonly OrgInspection[]
  /** At most `LIMITS.findings` an org and a sort of check; those of lower seq first. */
  readonly findings: readonly Finding[]
}
