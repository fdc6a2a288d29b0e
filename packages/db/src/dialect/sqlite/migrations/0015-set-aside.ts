import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** Entries that a consumer could not process and skipped. */
export const setAside: Migration = [
  sql`create table set_aside (
    consumer text not null,
    org integer not null references orgs (id),
    seq integer not null,
    tries integer not null,
    reason text not null,
    at integer not null,
    primary key (consumer, org, seq)
  ) strict, without rowid`,
]
