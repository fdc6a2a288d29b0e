import { randomBytes } from 'node:crypto'
import type Sqlite from 'better-sqlite3'
import { AUDIT_COLUMNS, AUDIT_GENESIS, auditHead, auditLeaf, type AuditRow } from '../../../audit-chain.ts'

const SALT_BYTES = 16

/** Adds the link of a stored record in the caller's transaction, as `auditStore` does on its own connection. */
function link(db: Sqlite.Database, row: AuditRow): void {
  const previous = db.prepare<[], Buffer>('select head from audit_chain order by id desc limit 1').pluck(true).get()
  const salt = randomBytes(SALT_BYTES)
  const leaf = auditLeaf(salt, row)
  const head = auditHead(previous ?? AUDIT_GENESIS, row.id, leaf)
  db.prepare('insert into audit_chain (id, salt, leaf, head) values (?, ?, ?, ?)').run(row.id, salt, leaf, head)
}

/** For commands that open the file directly. `at` is in microseconds. */
export function appendAudit(db: Sqlite.Database, at: number, principal: string, action: string, details: object): void {
  const row = db
    .prepare<[number, string, string, string], AuditRow>(
      `insert into audit (org, at, principal, action, details) values (null, ?, ?, ?, ?) returning ${AUDIT_COLUMNS.join()}`,
    )
    .get(at, principal, action, JSON.stringify(details))
  if (row !== undefined) link(db, row)
}

export const AUDIT_CHAINED = 'audit.chain'

/** Chains records from versions without a chain, and records that, since earlier changes to them cannot be detected. */
export function chainExistingAudit(db: Sqlite.Database): void {
  let records = 0
  // Reads all records first, because an open statement would also return records written meanwhile.
  for (const row of db.prepare<[], AuditRow>(`select ${AUDIT_COLUMNS.join()} from audit order by id`).all()) {
    link(db, row)
    records += 1
  }
  if (records === 0) return
  const now = db.prepare<[], number>(`select cast(unixepoch('subsec') * 1000000 as integer)`).pluck(true).get() ?? 0
  appendAudit(db, now, 'system:upgrade', AUDIT_CHAINED, { records })
}
