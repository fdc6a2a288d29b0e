import { hash } from 'node:crypto'
import { headAfter } from './chain-head.ts'

/**
 * The audit as a hash chain with one link per record, so that changes to stored records can be detected.
 * `docs/integrity.md` describes how another program can recompute it:
 *   leaf = SHA-256(salt ‖ description)
 *   head = SHA-256(head before ‖ id ‖ id ‖ leaf), the first one on SHA-256("sentinelmesh audit v1\n")
 * All organizations share one chain, which reveals only hashes of the other organizations' records.
 */
export interface AuditRow {
  readonly id: number
  readonly org: number | null
  readonly at: number
  readonly principal: string
  readonly action: string
  readonly target: string | null
  readonly remote_address: string | null
  readonly details: string | null
}

export const AUDIT_COLUMNS = ['id', 'org', 'at', 'principal', 'action', 'target', 'remote_address', 'details'] as const

export const AUDIT_GENESIS = hash('sha256', 'sentinelmesh audit v1\n', 'buffer')

/** The leaf of a record as it is stored, after the database has converted its text. */
export function auditLeaf(salt: Uint8Array, row: AuditRow): Buffer {
  const description = JSON.stringify(['v1', ...AUDIT_COLUMNS.map((column) => row[column])])
  return hash('sha256', Buffer.concat([salt, Buffer.from(description)]), 'buffer')
}

export function auditHead(before: Uint8Array, id: number, leaf: Uint8Array): Buffer {
  return headAfter(before, id, id, leaf)
}
