import { sql } from 'kysely'
import { chainExistingAudit } from '../chain/audit.ts'
import type { Migration } from './migration.ts'

/** The audit as a hash chain with one link per record; see `audit-chain.ts` of this package. */
export const auditChain: Migration = [
  sql`create table audit_chain (
    id integer primary key references audit (id),
    salt blob not null check (length(salt) = 16),
    leaf blob not null check (length(leaf) = 32),
    head blob not null check (length(head) = 32)
  ) strict`,
  sql`create trigger audit_chain_keeps_what_it_says before update on audit_chain
    begin select raise(abort, 'links of the audit are never changed'); end`,
  sql`create trigger audit_chain_keeps_what_it_has before delete on audit_chain
    begin select raise(abort, 'links of the audit are never removed'); end`,
  chainExistingAudit,
]
