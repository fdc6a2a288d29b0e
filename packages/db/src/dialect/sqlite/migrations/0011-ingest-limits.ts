import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** How many entries a key, and an organization as a whole, may report per second. Null: any number. */
export const ingestLimits: Migration = [
  sql`alter table api_keys add column entries_per_second real check (entries_per_second > 0)`,
  sql`create table ingest_quotas (
    org integer primary key references orgs (id) on delete cascade,
    entries_per_second real check (entries_per_second > 0),
    updated_at integer not null,
    updated_by text not null
  ) strict`,
]
