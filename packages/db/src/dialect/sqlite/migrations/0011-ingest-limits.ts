import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** Entries per second for a key and for a whole organization. Null means no limit. */
export const ingestLimits: Migration = [
  sql`alter table api_keys add column entries_per_second real check (entries_per_second > 0)`,
  sql`create table ingest_quotas (
    org integer primary key references orgs (id) on delete cascade,
    entries_per_second real check (entries_per_second > 0),
    updated_at integer not null,
    updated_by text not null
  ) strict`,
]
