import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/**
 * Each org's log as a hash chain with one link per batch. `leaves` has 32 bytes per entry, in the order of seq. It is
 * NULL once no entry of the batch is left; the root then represents them.
 */
export const chain: Migration = [
  sql`create table chain (
    org integer not null,
    to_seq integer not null,
    from_seq integer not null check (from_seq > 0 and from_seq <= to_seq),
    leaves blob check (leaves is null or length(leaves) = 32 * (to_seq - from_seq + 1)),
    root blob not null check (length(root) = 32),
    head blob not null check (length(head) = 32),
    primary key (org, to_seq)
  ) strict, without rowid`,
  // Older entries have no leaves. A chain that begins later than this position was truncated.
  sql`alter table org_heads add column chained_from integer not null default 1`,
  sql`update org_heads set chained_from = head_seq + 1`,
]
