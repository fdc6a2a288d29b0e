import { hash } from 'node:crypto'
import { headAfter } from './chain-head.ts'

/**
 * The audit as a hash chain, one link a record, so that a change of what is stored can be found. `docs/integrity.md` has it
 * for another program to recompute:
 *   leaf = SHA-256(salt ‖ description)
 *   head = SHA-256(head before ‖ id ‖ id ‖ leaf), the first one on SHA-256("sentinelmesh audit v1\n")
 * One chain for all organizations: of the records of others it shows nothing but hashes.
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

/** The leaf of a record as stored, after the database's own conversions of text. */
export function auditLeaf(salt: Uint8Array, row: AuditRow): Buffer {
  const description = JSON.stringify(['v1', ...AUDIT_COLUMNS.map((column) => row[column])])
  return hash('sha256', Buffer.concat([salt, Buffer.from(description)]), 'buffer')
}

export function auditHead(before: Uint8Array, id: number, leaf: Uint8Array): Buffer {
  return headAfter(before, id, id, leaf)
}
